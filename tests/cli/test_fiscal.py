"""Fiscal documents from the command line: set up, proved, issued over a real connection, cancelled, voided, written out."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.books import HandClock, ask_sql
from tests.cli.counter import CLERK, LOGIN, PASSWORD, Answer, Counter
from tests.fiscal_shop import CNPJ, FiscalShop, emitter
from varejoforte_desktop.app.clock import utc_now
from varejoforte_desktop.application.fiscal_book import SecretRecord
from varejoforte_desktop.application.fiscal_setup import save_fiscal_settings, save_tax_rules, sign_tax_rules
from varejoforte_desktop.application.ports import UnitOfWork
from varejoforte_desktop.application.sign_in import admit
from varejoforte_desktop.application.tax_defaults import suggested_rules
from varejoforte_desktop.cli.fiscal_arguments import STATES
from varejoforte_desktop.credentials.shop_key import ShopKey
from varejoforte_desktop.domain.fiscal import FiscalEnvironment
from varejoforte_desktop.domain.operator import Actor
from varejoforte_desktop.domain.taxes import TaxRegime, TaxRule
from varejoforte_desktop.persistence.database import Database
from varejoforte_desktop.simulator.sefaz.authority import SefazSimulator
from varejoforte_desktop.simulator.sefaz.certificates import PracticeAuthority
from varejoforte_desktop.simulator.sefaz.server import SefazServerThread
from varejoforte_desktop.spreadsheets.tax_rules import write_rules
from varejoforte_desktop.ui.fiscal_words import GROUPS

STATION = "CAIXA-01"
OF_CERTIFICATE = "senha-do-a1-canario"
USER = ("--user", LOGIN)


@pytest.fixture
def authority() -> PracticeAuthority:
    """Whoever issues certificates."""
    return PracticeAuthority(utc_now)


def endless_rules(*, since: date) -> tuple[TaxRule, ...]:
    """Rows that are good whenever these tests run, by the computer's own clock: they tell IBS and CBS already."""
    rows = suggested_rules(TaxRegime.SIMPLES, state="SP", since=since)
    return tuple(replace(row, ibs_cbs_cst="410", class_code="410999") for row in rows)


@dataclass
class Shop:
    """A founded shop, its commands, and a pretended SEFAZ behind a real connection."""

    counter: Counter
    authority: PracticeAuthority
    sefaz: SefazSimulator
    url: str

    def run(self, *words: object) -> Answer:
        """A command of this area."""
        return self.counter.run("fiscal", *words)

    def books(self, work: Callable[[Database, Actor], object]) -> object:
        """Do something in the books as the administrator."""
        database = self.counter.open_books()
        try:
            return work(database, database.run_now(admit, LOGIN, station=STATION))
        finally:
            database.close()

    def company(self, **changes: object) -> None:
        """The registration, and where its SEFAZ answers."""

        def save(database: Database, by: Actor) -> None:
            settings = database.read_now(lambda reader: reader.fiscal.settings())
            fresh = replace(settings, emitter=emitter(), own_endpoints=self.url, **changes)
            database.run_now(save_fiscal_settings, fresh, confirmed=True, by=by)

        self.books(save)

    def rules(self, *, signed: bool = False) -> None:
        """The suggested rows, perhaps answered for."""

        def save(database: Database, by: Actor) -> None:
            rows = endless_rules(since=date(2026, 1, 1))
            database.run_now(save_tax_rules, rows, source="sugestão", by=by)
            if signed:
                database.run_now(sign_tax_rules, signer="Paula, CRC 1", by=by)

        self.books(save)

    def pfx(self, *, cnpj: str = CNPJ, days: int = 365) -> Path:
        """A certificate in a file."""
        path = self.counter.folder.parent / f"a1-{cnpj}-{days}.pfx"
        path.write_bytes(
            self.authority.company(cnpj, "CASA DAS PANELAS LTDA", password=OF_CERTIFICATE, days=days)
        )
        return path

    def install(self, path: Path | None = None, *more: str) -> Answer:
        """The command that installs one."""
        return self.run("certificate", "install", path or self.pfx(), *USER, "--yes", *more)

    def ready(self) -> None:
        """Set up for rehearsals."""
        self.company()
        self.rules()
        assert self.install().code == 0

    def sell(self, count: int = 1) -> None:
        """Sales at the counter that want an NFC-e."""

        def work(database: Database, by: Actor) -> None:
            shop = FiscalShop(
                database=database, clock=HandClock(utc_now()), sefaz=self.sefaz, authority=self.authority,
                seal=ShopKey(""), administrador=by, operador=by, gerente=by,
            )  # fmt: skip
            pan = shop.product()
            shop.open_till()
            for _ in range(count):
                shop.sell(pan)

        self.books(work)


@pytest.fixture
def shop(
    counter: Counter, authority: PracticeAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    """A founded shop; its computer trusts the pretended SEFAZ."""
    trusted = tmp_path / "ca.pem"
    trusted.write_bytes(authority.ca_pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    monkeypatch.setenv("VAREJOFORTE_CERTIFICATE_PASSWORD", OF_CERTIFICATE)
    sefaz = SefazSimulator(utc_now)
    with SefazServerThread(sefaz, authority.server_identity()) as server:
        yield Shop(counter, authority, sefaz, server.url)


def documents(shop: Shop, *words: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = shop.run("list", "--json", *words).document["documents"]
    return found


def test_the_groups_of_states_are_those_that_the_screen_knows() -> None:
    assert tuple(each.name for each in GROUPS) == STATES


# -- seeing ---------------------------------------------------------------------------------------------------------


def test_a_shop_that_set_nothing_up_says_so(shop: Shop) -> None:
    told = shop.run("status")
    assert told.code == 0
    assert told.out.splitlines()[:4] == [
        "ambiente: Homologação",
        "empresa: não preenchida",
        "certificado: não instalado",
        "tabela de tributos: 0 linhas, sem tabela",
    ]
    document = shop.run("status", "--json").document
    assert (document["environment"], document["certificate"], document["owed"]) == ("homologacao", None, 0)


def test_the_check_up_says_what_is_missing_and_ends_with_one(shop: Shop) -> None:
    told = shop.run("check", *USER)
    assert told.code == 1
    assert "FALTA  Certificado A1: Instale o certificado A1 do CNPJ da loja." in told.out
    assert told.err == "Resolva em Configurações › Fiscal e confira de novo.\n"
    document = shop.run("check", *USER, "--json").document
    assert document["ready"] is False
    assert {each["name"] for each in document["findings"] if each["fine"] is False} >= {
        "emitter",
        "certificate",
    }


def test_a_shop_that_is_set_up_passes_the_check_up(shop: Shop) -> None:
    shop.ready()
    told = shop.run("check", *USER, "--json")
    assert (told.code, told.err) == (0, "")
    assert told.document["ready"] is True
    fine = {each["name"]: each["fine"] for each in told.document["findings"]}
    assert (fine["status_nfce"], fine["status_nfe"], fine["clock"]) == (True, True, True)


# -- the certificate ------------------------------------------------------------------------------------------------


def test_a_certificate_is_shown_and_kept_sealed(shop: Shop) -> None:
    shop.company()
    told = shop.install()
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines()[:2] == ["titular: CASA DAS PANELAS LTDA", "CNPJ: 11.222.333/0001-81"]
    assert told.out.splitlines()[-1] == "Certificado instalado."
    status = shop.run("status", "--json").document["certificate"]
    assert (status["cnpj"], status["days_left"]) == (CNPJ, 364)
    kept = repr(ask_sql(f"sqlite:///{shop.counter.books}", "SELECT * FROM fiscal_secret"))
    log = (shop.counter.folder / "logs" / "varejoforte.log").read_text("utf-8")
    assert OF_CERTIFICATE not in kept + log + told.out
    assert "PRIVATE KEY" not in kept + log


def test_the_password_of_a_certificate_may_be_the_second_line(shop: Shop) -> None:
    shop.company()
    told = shop.counter.process(
        *("fiscal", "certificate", "install", shop.pfx(), *USER, "--yes", "--from-stdin"),
        stdin=f"{PASSWORD}\n{OF_CERTIFICATE}\n",
    )
    # another process has no shop's key in its keyring: whatever it says, it is a sentence
    assert told.code in {0, 1}
    assert OF_CERTIFICATE not in told.out + told.err


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("others", "O certificado é do CNPJ 12.ABC.345/01DE-35."),
        ("expired", "Este certificado venceu em "),
        ("password", "A senha não abre este certificado."),
        ("text", "O arquivo do certificado não pode ser lido."),
        ("big", "O arquivo é grande demais para ser um certificado."),
        ("gone", "O arquivo "),
    ],
)
def test_a_certificate_that_will_not_do_is_refused_with_a_sentence(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, kind: str, said: str
) -> None:
    shop.company()
    path = shop.counter.folder.parent / "ruim.pfx"
    if kind == "others":
        path = shop.pfx(cnpj="12ABC34501DE35")
    elif kind == "expired":
        path = shop.pfx(days=-3)
    elif kind == "password":
        path = shop.pfx()
        monkeypatch.setenv("VAREJOFORTE_CERTIFICATE_PASSWORD", "outra")
    elif kind != "gone":
        path.write_bytes({"text": b"nao e um certificado", "big": bytes(70_000)}[kind])
    told = shop.install(path)
    assert told.code == 1
    assert told.err.startswith(said)
    assert shop.run("status", "--json").document["certificate"] is None


def test_without_a_yes_a_certificate_is_shown_first_and_nothing_is_done(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("não\n"))
    told = shop.run("certificate", "install", shop.pfx(), *USER)
    assert told.code == 1
    assert "titular: CASA DAS PANELAS LTDA" in told.out
    assert "Nada foi feito." in told.err
    assert shop.run("status", "--json").document["certificate"] is None


def test_a_clerk_may_not_install_one(shop: Shop) -> None:
    told = shop.run("certificate", "install", shop.pfx(), "--user", CLERK, "--yes")
    assert told.code == 1
    assert told.err.startswith("Seu perfil não pode mudar as configurações da loja.")


# -- the accountant's table -----------------------------------------------------------------------------------------


def test_a_table_goes_out_comes_back_and_is_signed(shop: Shop, tmp_path: Path) -> None:
    shop.company()
    sheet = tmp_path / "tributos.csv"
    told = shop.run("rules", "export", sheet)
    assert (told.code, told.out) == (0, f"Sugestão escrita em {sheet}: 4 linhas.\n")
    dry = shop.run("rules", "import", sheet, *USER, "--dry-run", "--json")
    assert dry.document == {"rows": 4, "source": "tributos.csv", "applied": False}
    assert shop.run("status", "--json").document["rules"]["rows"] == 0
    assert shop.run("rules", "import", sheet, *USER).code == 0
    assert shop.run("status", "--json").document["rules"] == {
        "rows": 4, "source": "tributos.csv", "signed": False, "signer": "",
    }  # fmt: skip
    signed = shop.run("rules", "sign", "Paula Conta, CRC 1SP123456/O-8", *USER, "--yes", "--json")
    assert signed.document == {"signer": "Paula Conta, CRC 1SP123456/O-8", "signed": True, "rows": 4}
    again = shop.run("rules", "export", tmp_path / "volta.xlsx", "--json")
    assert again.document["suggested"] is False


def test_what_is_wrong_in_a_sheet_is_listed_by_line_and_column(shop: Shop, tmp_path: Path) -> None:
    sheet = tmp_path / "errada.csv"
    sheet.write_text("inicio;cfop;csosn;uf\n01/01/2026;9999;777;XX\n31/02/2026;5102;102;\n", "utf-8")
    told = shop.run("rules", "import", sheet, *USER, "--json")
    assert told.code == 1
    assert told.err == "Nada foi gravado: 4 erros na planilha.\n"
    places = {(each["line"], each["column"]) for each in told.document["errors"]}
    assert places == {(2, "cfop"), (2, "csosn"), (2, "uf"), (3, "inicio")}
    assert "o que corrigir" in shop.run("rules", "import", sheet, *USER).out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("inicio;cfop\n", "A planilha só tem os títulos."),
        ("nome;preco\nx;1\n", "Colunas que o programa não conhece: nome, preco."),
        ("", "A planilha está vazia."),
    ],
)
def test_a_file_that_is_no_table_is_refused(shop: Shop, tmp_path: Path, content: str, said: str) -> None:
    sheet = tmp_path / "lista.csv"
    sheet.write_text(content, "utf-8")
    told = shop.run("rules", "import", sheet, *USER)
    assert told.code == 1
    assert told.err.startswith(said)


def test_without_a_company_or_a_table_there_is_nothing_to_write_or_sign(shop: Shop, tmp_path: Path) -> None:
    signing = shop.run("rules", "sign", "Paula", *USER, "--yes")
    assert (signing.code, signing.err.startswith("Falta a tabela de impostos do contador.")) == (1, True)
    assert shop.run("rules", "export", tmp_path / "tributos.pdf").code == 2
    assert not (tmp_path / "tributos.pdf").exists()


# -- series ---------------------------------------------------------------------------------------------------------


def test_a_till_gets_a_series_once(shop: Shop) -> None:
    missing = shop.run("series", "set", *USER, "--station", STATION, "--model", "nfce", "--series", "1")
    assert missing.err.startswith("Faltam os dados fiscais da loja.")
    shop.company()
    told = shop.run(
        "series", "set", *USER, "--station", STATION, "--model", "nfce", "--series", "7", "--last", "1500"
    )
    assert told.out == "CAIXA-01: NFC-e (65) na série 7, próximo número 1.501, em homologação.\n"
    taken = shop.run("series", "set", *USER, "--station", "CAIXA-02", "--model", "nfce", "--series", "7")
    assert (taken.code, taken.err) == (1, "A série 7 já é da estação CAIXA-01. Escolha outra série.\n")
    lower = shop.run(
        "series",
        "set",
        *USER,
        "--station",
        STATION,
        "--model",
        "nfce",
        "--series",
        "7",
        "--last",
        "3",
        "--json",
    )
    assert lower.document["series"]["last"] == 1500
    listed = shop.run("series", "list", "--json").document["series"]
    assert [(each["station"], each["series"], each["last"]) for each in listed] == [(STATION, 7, 1500)]


@pytest.mark.parametrize(
    "words",
    [
        ("--series", "1000"),
        ("--series", "-1"),
        ("--series", "um"),
        ("--series", "1", "--last", "999999999"),
        ("--series", "1", "--model", "cte"),
    ],
)
def test_numbers_that_cannot_be_are_wrong_usage(shop: Shop, words: tuple[str, ...]) -> None:
    model = () if "--model" in words else ("--model", "nfe")
    assert shop.run("series", "set", *USER, "--station", STATION, *model, *words).code == 2


# -- documents ------------------------------------------------------------------------------------------------------


def test_sales_get_their_documents_and_are_listed(shop: Shop) -> None:
    shop.ready()
    shop.sell(2)
    before = shop.run("list")
    assert "2 vendas sem nota:" in before.out
    told = shop.run("send", "--all", *USER)
    assert (told.code, told.out, told.err) == (0, "Tudo enviado: nada espera a SEFAZ.\n", "")
    found = documents(shop)
    assert [(each["state"], each["number"], each["situation"]) for each in found] == [
        ("authorised", 2, "Autorizada"),
        ("authorised", 1, "Autorizada"),
    ]
    assert documents(shop, "--state", "rejected") == []
    assert len(documents(shop, "--text", str(found[0]["key"]))) == 1
    assert len(documents(shop, "--from", f"{utc_now() - timedelta(days=1):%d/%m/%Y}", "--model", "nfce")) == 2
    assert documents(shop, "--to", f"{utc_now() - timedelta(days=3):%Y-%m-%d}") == []
    assert "NFC-e 1/2" in shop.run("list").out


def test_a_rejected_note_is_told_put_right_and_sent_again(shop: Shop) -> None:
    shop.ready()
    shop.sell()
    shop.sefaz.faults.queue("autorizacao", "reject:778")
    told = shop.run("send", "--all", *USER)
    assert (told.code, told.out) == (1, "Restam: 1 rejeitadas.\n")
    row = documents(shop)[0]
    assert row["state"] == "rejected"
    again = shop.run("send", "--note", str(row["id"]), *USER, "--json")
    assert again.code == 0
    assert again.document["documents"][0]["state"] == "authorised"
    last = shop.run("send", "--note", str(row["key"]), *USER)
    assert last.code == 1  # it needs nothing any more, or its key is another by now


def test_a_note_is_cancelled_with_its_sale(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    shop.ready()
    shop.sell()
    shop.run("send", "--all", *USER)
    row = documents(shop)[0]
    short = shop.run("cancel", row["id"], *USER, "--yes", "--reason", "engano")
    assert short.code == 1
    assert short.err.startswith("A SEFAZ pede um texto de 15 a 255 letras.")
    unsure = shop.run("cancel", row["id"], *USER, "--reason", "Comprador desistiu da compra")
    assert (unsure.code, "Nada foi feito." in unsure.err) == (1, True)
    told = shop.run("cancel", row["key"], *USER, "--yes", "--reason", "Comprador desistiu da compra")
    assert (told.code, told.err) == (0, "")
    assert told.out == "NFC-e 1/1 cancelada; venda CAIXA-01-1 cancelada.\n"
    assert documents(shop)[0]["state"] == "cancelled"


@pytest.mark.parametrize("note", ["999", "9" * 44, "35" + "0" * 42, "abc"])
def test_a_note_that_is_not_there_is_said(shop: Shop, note: str) -> None:
    shop.ready()
    told = shop.run("cancel", note, *USER, "--yes", "--reason", "Comprador desistiu da compra")
    assert told.code == 1
    assert told.err
    assert "Traceback" not in told.err


def test_numbers_are_voided_with_a_reason(shop: Shop) -> None:
    shop.ready()
    shop.run("series", "set", *USER, "--station", STATION, "--model", "nfce", "--series", "1", "--last", "10")
    words = ("void", *USER, "--model", "nfce", "--series", "1", "--first", "4", "--last", "6", "--yes")
    assert shop.run(*words, "--reason", "curto").code == 1
    told = shop.run(*words, "--reason", "Numeração pulada por queda de energia", "--json")
    assert (told.code, told.document["state"]) == (0, "registered")
    assert told.document["protocol"]
    backwards = shop.run("void", *USER, "--model", "nfce", "--series", "1", "--first", "6", "--last", "4", "--reason", "x" * 20)  # fmt: skip
    assert backwards.code == 2


def test_the_months_archive_has_every_file_as_it_was_signed(shop: Shop, tmp_path: Path) -> None:
    shop.ready()
    shop.sell(2)
    shop.run("send", "--all", *USER)
    month = f"{utc_now() - timedelta(hours=3):%Y-%m}"
    told = shop.run("export", month, tmp_path, "--json")
    assert (told.code, told.document["files"]) == (0, 2)
    with zipfile.ZipFile(str(told.document["file"])) as archive:
        names = archive.namelist()
        assert sum(name.endswith("-procNFe.xml") for name in names) == 2
        (listed,) = [name for name in names if name.endswith(".csv")]
        lines = list(csv.reader(io.StringIO(archive.read(listed).decode("utf-8-sig")), delimiter=";"))
    assert len(lines) == 3
    again = shop.run("export", month, tmp_path)
    assert (again.code, again.err.startswith("Já existe ")) == (1, True)
    assert shop.run("export", "13/2026", tmp_path).code == 2
    nowhere = shop.run("export", month, tmp_path / "nao" / "existe")
    assert (nowhere.code, nowhere.err.startswith("A pasta não existe.")) == (1, True)


def test_while_sefaz_is_silent_documents_wait_and_the_command_says_so(shop: Shop) -> None:
    shop.ready()
    shop.sell()
    shop.sefaz.faults.queue("autorizacao", "paralysed", times=20)
    told = shop.run("send", "--all", *USER)
    assert told.code == 1
    assert told.out.startswith("Restam: ")
    assert "fiscal list" in told.err


def test_nobody_without_a_name_sends_anything(shop: Shop) -> None:
    assert shop.run("send", "--all").code == 2
    assert shop.run("send", *USER).code == 2
    assert shop.run("cancel", "1", *USER).code == 2


# -- the doctor -----------------------------------------------------------------------------------------------------


def findings(shop: Shop) -> list[tuple[str, str, str]]:
    told = shop.counter.run("doctor", "--json").document["findings"]
    subjects = {"Notas fiscais", "Certificado A1", "Tributos", "Séries", "Empresa"}
    return [(each["subject"], each["grade"], each["text"]) for each in told if each["subject"] in subjects]


def test_the_doctor_is_silent_about_notes_nobody_set_up_and_content_with_those_that_work(shop: Shop) -> None:
    assert findings(shop) == [("Notas fiscais", "ok", "não configuradas")]
    shop.ready()
    assert findings(shop) == [("Notas fiscais", "ok", "em homologação; nada espera a SEFAZ")]


def test_the_doctor_names_what_is_missing_and_what_waits(shop: Shop) -> None:
    shop.company()
    assert findings(shop) == [
        ("Certificado A1", "warning", "não instalado: nenhuma nota sai"),
        ("Tributos", "warning", "não há tabela"),
    ]
    assert shop.install(shop.pfx(days=20)).code == 0
    shop.rules(signed=True)
    shop.company(environment=FiscalEnvironment.PRODUCAO)
    shop.rules()
    shop.sell()
    found = {subject: (grade, text) for subject, grade, text in findings(shop)}
    assert found["Certificado A1"] == ("warning", "vence em 19 dias")
    assert found["Séries"] == ("warning", "falta definir neste caixa: nfce, nfe")
    assert found["Notas fiscais"] == ("warning", "1 venda sem nota")


def test_the_doctor_is_alarmed_by_a_certificate_that_is_over_and_a_table_that_changed(shop: Shop) -> None:
    shop.ready()
    shop.rules(signed=True)
    shop.company(environment=FiscalEnvironment.PRODUCAO)

    def spoil(database: Database, by: Actor) -> None:
        def work(uow: UnitOfWork) -> None:
            kept = uow.fiscal_setup.secret("certificate")
            assert kept is not None
            assert kept.facts is not None
            over = replace(kept.facts, not_after=utc_now() - timedelta(days=2))
            uow.fiscal_setup.keep_secret(SecretRecord(name="certificate", sealed=kept.sealed, facts=over))

        database.run_now(work)
        rows = endless_rules(since=date(2026, 2, 1))
        database.run_now(save_tax_rules, rows, source="outra", by=by)

    shop.books(spoil)
    found = {subject: (grade, text) for subject, grade, text in findings(shop)}
    assert found["Certificado A1"] == ("error", "vencido há 2 dias")
    assert found["Tributos"] == ("error", "o contador não confirmou a tabela")


def test_a_table_can_be_handed_over_as_a_file_of_excel(shop: Shop, tmp_path: Path) -> None:
    rows = suggested_rules(TaxRegime.NORMAL, state="SP", since=date(2026, 1, 1))
    write_rules(tmp_path / "normal.xlsx", rows)
    told = shop.run("rules", "import", tmp_path / "normal.xlsx", *USER, "--json")
    assert told.document["rows"] == len(rows)
