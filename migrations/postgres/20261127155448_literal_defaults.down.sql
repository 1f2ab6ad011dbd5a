SET LOCAL lock_timeout = '3s';

-- invoice_line: the default that `quantity` had
ALTER TABLE "invoice_line" ALTER COLUMN "quantity" DROP DEFAULT;
