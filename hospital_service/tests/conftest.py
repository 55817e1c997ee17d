from license_gate.tests.fakes import fake_registry  # noqa: F401 -- a fixture
