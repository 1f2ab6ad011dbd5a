DROP TABLE "entify_session";
DROP TABLE "entify_token";
DROP TABLE "entify_account";
