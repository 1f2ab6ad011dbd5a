// All tests in one process: one after the other, as they share the servers, in one browser.
import "./admin.test.mjs";
import "./editing.test.mjs";
import "./finding.test.mjs";
import "./pages.test.mjs";
