-- customer: `password` is new
ALTER TABLE "customer" ADD COLUMN "password" text;
