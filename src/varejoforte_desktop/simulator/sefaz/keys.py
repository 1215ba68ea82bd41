"""The 44 characters that name an invoice, and the check digits of those who issue it."""

from __future__ import annotations

from dataclasses import dataclass

TRIVIAL = frozenset(
    [str(digit) * 8 for digit in range(10)]
    + ["12345678", "23456789", "34567890", "45678901", "56789012", "67890123", "78901234", "89012345"]
    + ["90123456", "01234567"]
)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """An access key taken apart."""

    uf: str
    month: str  # AAMM
    cnpj: str
    model: str
    series: int
    number: int
    emission: str
    code: str
    digit: str

    @classmethod
    def read(cls, key: str) -> AccessKey:
        """Take a key of 44 characters apart. Raises ValueError for another length or letters out of place."""
        if len(key) != 44:
            raise ValueError(key)
        return cls(
            key[:2],
            key[2:6],
            key[6:20],
            key[20:22],
            int(key[22:25]),
            int(key[25:34]),
            key[34],
            key[35:43],
            key[43],
        )

    @property
    def place(self) -> tuple[str, str, int, int]:
        """Whose number it is: CNPJ, model, series and number."""
        return (self.cnpj, self.model, self.series, self.number)


def _worth(character: str) -> int:
    # Letters count as their place in the ASCII table less 48, so that digits count as themselves.
    return ord(character) - 48


def _remainder(text: str, highest: int) -> int:
    total, weight = 0, 2
    for character in reversed(text):
        total += _worth(character) * weight
        weight = 2 if weight == highest else weight + 1
    return total % 11


def check_digit(first: str) -> str:
    """The last character of a key, from the 43 before it."""
    remainder = _remainder(first, 9)
    return "0" if remainder < 2 else str(11 - remainder)


def compose(
    *, uf: str, month: str, cnpj: str, model: str, series: int, number: int, kind: str, code: str
) -> str:
    """An access key from its parts; `kind` is tpEmis, `code` is cNF, `month` is AAMM."""
    first = f"{uf}{month}{cnpj.zfill(14)}{model}{series:03d}{number:09d}{kind}{code}"
    return first + check_digit(first)


def cnpj_holds(cnpj: str) -> bool:
    """Whether a CNPJ of digits and capital letters has the right check digits."""
    if len(cnpj) != 14 or not cnpj.isalnum() or not cnpj[12:].isdigit() or cnpj == cnpj[0] * 14:
        return False
    first = check_digit(cnpj[:12])
    return cnpj[12:] == first + check_digit(cnpj[:12] + first)


def cpf_holds(cpf: str) -> bool:
    """Whether a CPF has the right check digits."""
    if len(cpf) != 11 or not cpf.isdigit() or cpf == cpf[0] * 11:
        return False
    digits = cpf[:9]
    for _ in range(2):
        remainder = _remainder(digits, 12)
        digits += "0" if remainder < 2 else str(11 - remainder)
    return digits == cpf
