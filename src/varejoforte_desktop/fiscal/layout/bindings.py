"""The groups of the official layout 4.00, as the generated classes that nfelib carries."""

from __future__ import annotations

from typing import Any, TypeAlias

import nfelib.nfe.bindings.v4_0.dfe_tipos_basicos_v1_00 as reform
import nfelib.nfe.bindings.v4_0.leiaute_nfe_v4_00 as layout
import nfelib.nfe.bindings.v4_0.nfe_v4_00 as root

#: A filled group. The generated classes carry no types for the checker; the schema proves every document instead.
Group: TypeAlias = Any

Document: Any = root.Nfe
InfNfe: Any = layout.Tnfe.InfNfe
EmitterAddress: Any = layout.TenderEmi
BuyerAddress: Any = layout.Tendereco
Responsible: Any = layout.TinfRespTec
#: IBS and CBS of a line, their amounts, and what they add up to.
NewTaxes: Any = reform.TtribNfe
NewTaxAmounts: Any = reform.TcibsNfe
NewTaxTotals: Any = reform.TibscbsmonoTot
