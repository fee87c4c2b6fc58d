import shutil


def pytest_sessionfinish(session, exitstatus):
    """Servers leave some gigabytes behind. They stay only where something failed."""
    directory = session.config.getoption("basetemp")
    if directory and exitstatus == 0:
        shutil.rmtree(directory, ignore_errors=True)
