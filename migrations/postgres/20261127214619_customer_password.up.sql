SET LOCAL lock_timeout = '3s';

-- customer: `password` is new
ALTER TABLE "customer" ADD COLUMN "password" text;
