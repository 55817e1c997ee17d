import time, cProfile, pstats
import pytest
from accounts.rules import Role
from accounts.tests.factories import as_user, make_user
from hospitals.tests.factories import make_hospital
from staff.tests.factories import make_affiliations
from license_gate.answers import Cause
pytestmark = pytest.mark.usefixtures("committed_db")
def test_t(fake_registry):
    hospital=make_hospital()
    make_affiliations(hospital, 1000)
    caller = as_user(make_user(Role.HOSPITAL_ADMIN, hospital=hospital))
    fake_registry.go_down(Cause.TIMED_OUT)
    for i in range(4):
        pr=cProfile.Profile(); t=time.perf_counter(); c=time.process_time()
        if i==3: pr.enable()
        a=caller.post("/api/staff/verify/", {"hospital": str(hospital.id)}); pr.disable()
        print("TIME", time.perf_counter()-t, "cpu", time.process_time()-c)
    pstats.Stats(pr).sort_stats("cumtime").print_stats(70)
