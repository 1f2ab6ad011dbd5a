SET LOCAL lock_timeout = '3s';

-- customer: without `password`
ALTER TABLE "customer" DROP COLUMN "password";
