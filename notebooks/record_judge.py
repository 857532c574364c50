"""Let a judge score all test answers that notebook 06 has saved: four sets, two scales, and pairs in both orders.

    make judge                                                 the small judge from the package index, on this machine
    JUDGE_URL=... JUDGE_MODEL=... python notebooks/record_judge.py    another judge (see notebook 07)

With --record, the judgements also become those that the series ships (data/reference/judgements.json), beside a second
set that is constructed from exact match and token F1.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import threading
from collections import deque
from contextlib import contextmanager
from datetime import date
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parent
sys.path.insert(0, str(NOTEBOOKS.parent))  # for gpt and previous_chapters

from gpt.calibration import answers_to_judge, construct_judgements, construct_pairs, verdict  # noqa: E402
from gpt.files import write_atomically  # noqa: E402
from gpt.judge import find_judge  # noqa: E402
from gpt.judgements import compare_answers, judge_answers  # noqa: E402
from notebook_setup import (  # noqa: E402
    DATA,
    choose_device,
    choose_model,
    load_right_answers,
    output_folder,
    read_result,
)

RECORDED = DATA / "reference" / "judgements.json"


@contextmanager
def small_judge():
    """Serve the small judge while something is judged, and set JUDGE_URL to it."""
    command = [sys.executable, str(NOTEBOOKS / "serve_judge.py"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8") as server:
        try:
            address = next((found[1] for found in (re.search(r"JUDGE_URL=(\S+)", line) for line in server.stdout)
                            if found), None)
            if address is None:
                sys.exit("The small judge did not start; run `python notebooks/serve_judge.py` to see why.")
            os.environ["JUDGE_URL"] = address
            # What it prints later is read and thrown away: with a full pipe, after 64 KB, it would stand still.
            threading.Thread(target=deque, args=(server.stdout, 0), daemon=True).start()
            yield
        finally:
            server.terminate()


def judge_everything(folder):
    """Return entries, their four sets of answers, and what the judge that the environment names says of them."""
    data = read_result(folder / "instruction-data-with-response.json", "06_extract_responses.ipynb")
    base = read_result(folder / "instruction-data-with-base-response.json", "06_extract_responses.ipynb")
    judge = find_judge()
    if judge is None:
        sys.exit(1)
    responses = [entry["model_response"] for entry in data]
    answers = answers_to_judge(data, [entry["model_response"] for entry in base], responses)
    path = folder / "judgements.jsonl"
    judgements = judge_answers(judge, data, answers, path)
    pairs = compare_answers(judge, data, answers["base"], answers["fine-tuned"], path)
    record = {"judge": judge.model, "digest": judge.digest, "date": date.today().isoformat(), "judgements": judgements}
    entries = [{key: entry[key] for key in ("instruction", "input", "output")} for entry in data]
    return entries, answers, {**record, "pairs": pairs}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="renew the judgements that the series ships")
    arguments = parser.parse_args()
    folder = output_folder(choose_model(choose_device()), create=False)
    if os.environ.get("JUDGE_URL"):
        entries, answers, found = judge_everything(folder)
    else:
        with small_judge():
            entries, answers, found = judge_everything(folder)
    print(verdict(found["judgements"]["rubric"], load_right_answers(entries, answers["fine-tuned"])))
    if arguments.record:
        constructed = construct_judgements(entries, answers)
        made_up = {
            "judge": "constructed from exact match and token F1",
            "judgements": constructed,
            "pairs": construct_pairs(constructed["rubric"]),
        }
        content = {"entries": entries, "answers": answers, "judges": [found, made_up]}
        write_atomically(RECORDED, json.dumps(content, ensure_ascii=False, indent=0).encode("utf-8"))
        print(f"Recorded in {RECORDED}.")


if __name__ == "__main__":
    main()
