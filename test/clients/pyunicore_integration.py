"""Runs PyUNICORE's integration tests from the checkout that is the working
directory, unmodified. Those of what Heddle does not offer yet are named here:
one of them that passes is a failure too, so that the list gets shorter."""

import glob
import os
import sys
import unittest

# covers: C4-190 C4-200 C4-331 U4-003 U4-005 U4-059 U4-079 U4-084

NOT_YET = {
    "test_transfer": "transfers between servers",
    "test_run_workflow": "workflows",
}
TESTS = "tests/integration/"


class Named(unittest.TextTestResult):
    """One line for each test, however much it prints."""

    def note(self, test, word, ok):
        later = self.later(test)
        if later:
            ok, word = not ok, "not offered yet: " + later if not ok else "passes, but is said not to be offered: " + later
        self.wrong = getattr(self, "wrong", 0) + (not ok)
        print(f"pyunicore: {test.id()}: {word}", flush=True)

    def later(self, test):
        return NOT_YET.get(test.id().split(".")[-1])

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test, "ok", True)

    def addFailure(self, test, err):
        if not self.later(test):  # its traceback would be no news
            super().addFailure(test, err)
        self.note(test, "FAILED: " + str(err[1]), False)

    def addError(self, test, err):
        if not self.later(test):  # its traceback would be no news
            super().addError(test, err)
        self.note(test, "FAILED: " + str(err[1]), False)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(test, "FAILED: skipped, " + reason, False)


def main():
    suite = unittest.TestSuite()
    for path in sorted(glob.glob(TESTS + "**/test_*.py", recursive=True)):
        sys.path.insert(0, os.path.dirname(path))
        name = os.path.basename(path)[: -len(".py")]
        suite.addTests(unittest.defaultTestLoader.loadTestsFromName(name))
        del sys.path[0], sys.modules[name]
    count = suite.countTestCases()
    result = unittest.TextTestRunner(stream=sys.stderr, resultclass=Named, verbosity=0).run(suite)
    if count == 0 or result.testsRun != count or result.wrong:
        sys.exit(f"pyunicore: {getattr(result, 'wrong', 0)} of {count} tests are not as they should be")


main()
