"""Rounds of questions at once by the hospital's own client; run in its environment, and told of as JSON.

Arguments: the gateway's address, how many rounds at once, how many questions each, the seconds each may take.
"""

import json
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from license_gate.answers import Question
from license_gate.registry_client import RegistryClient


def main(base_url: str, rounds: int, questions: int, seconds: float) -> None:
    client = RegistryClient(base_url, "hospital-service", "secret")

    def ask(number: int) -> dict[str, int]:
        asked = [Question(f"PHB-MED-{number:03d}-{index:06d}") for index in range(questions)]
        answers = client.verify_many(asked, deadline_seconds=seconds)
        return dict(Counter(answer.cause or "answered" for answer in answers))

    with ThreadPoolExecutor(rounds) as pool:
        at_once = list(pool.map(ask, range(rounds)))
    # As long as the gateway asks a client to wait.
    time.sleep(1.1)
    json.dump({"at_once": at_once, "afterwards": ask(rounds)}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
