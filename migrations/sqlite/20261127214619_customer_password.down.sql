-- customer: `password` is gone, with its values
ALTER TABLE "customer" DROP COLUMN "password";
