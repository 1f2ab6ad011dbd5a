SET LOCAL lock_timeout = '3s';

-- invoice_line: the default of `quantity`
ALTER TABLE "invoice_line" ALTER COLUMN "quantity" SET DEFAULT 1;
