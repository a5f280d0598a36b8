"""What tests of returned workbooks share: a published database and the workbook that was made of it."""

from pathlib import Path

import pytest

from reports.files import write_reports
from tests.officer import BOOK, publish
from tests.report_fixture import database


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a published database, `out`, and the reports that were made of it; only to be read."""
    folder = tmp_path_factory.mktemp("office")
    with database() as con:
        con.execute("update link set record_key = record_id, record_key_short = record_id + 1000000")
        publish(con, folder)
        write_reports(con, folder)
    return folder


@pytest.fixture
def book(office: Path) -> Path:
    """The worklist workbook of one regency, as it was made."""
    return office / BOOK
