"""Where the store keeps its records: by id, in the order they came, and findable by the fields people ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from varejoforte_desktop.simulator.calls import Row


class Shelf:
    """Records of one kind. `indexed` names the fields that `where` answers without looking at every record."""

    def __init__(self, *, first_id: int = 1, indexed: tuple[str, ...] = ()) -> None:
        self.rows: dict[str, Row] = {}
        self._next_id = first_id
        # Buckets are dicts of ids, not sets, so that two runs with one seed list alike.
        self._indexes: dict[str, dict[str, dict[str, None]]] = {name: {} for name in indexed}

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows.values())

    def add(self, row: Row) -> str:
        """Keep a record under a new id, which is written into it and returned."""
        row_id = str(self._next_id)
        self._next_id += 1
        row["id"] = row_id
        self.rows[row_id] = row
        for name, index in self._indexes.items():
            index.setdefault(row.get(name, ""), {})[row_id] = None
        return row_id

    def get(self, row_id: str) -> Row | None:
        """The record, or None."""
        return self.rows.get(row_id)

    def change(self, row: Row, changes: Mapping[str, str]) -> None:
        """Write the changed fields into the record, and nothing else."""
        for name, index in self._indexes.items():
            if name in changes and changes[name] != row.get(name, ""):
                index[row.get(name, "")].pop(row["id"], None)
                index.setdefault(changes[name], {})[row["id"]] = None
        row.update(changes)

    def remove(self, row_id: str) -> None:
        """Forget the record."""
        row = self.rows.pop(row_id)
        for name, index in self._indexes.items():
            index.get(row.get(name, ""), {}).pop(row_id, None)

    def is_indexed(self, name: str) -> bool:
        """Whether `where` is quick for this field."""
        return name in self._indexes

    def where(self, name: str, value: str) -> list[Row]:
        """The records whose field is exactly `value`, by id. The field has to be indexed."""
        ids = self._indexes[name].get(value)
        if not ids:
            return []
        if len(ids) == 1:
            return [self.rows[row_id] for row_id in ids]
        return [self.rows[row_id] for row_id in sorted(ids, key=int)]
