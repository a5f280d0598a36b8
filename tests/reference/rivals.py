"""What other records of the same register take from a pair's weight."""

from __future__ import annotations

from math import log2

from matchers.rivals import CERTAIN, FAINT

Pair = tuple[int, int]


def rival_weights(
    register: list[str], entity: list[int], weight: dict[Pair, float], free: dict[frozenset[str], float]
) -> dict[Pair, float]:
    """Bits for each pair; `free` is, of two registers, the chance that one record of each both lack a partner.

    A record has one place in a register at most: the odds of a pair are divided by one and the odds of the other pairs
    of one of its two records with other people's records of the partner's register.
    """
    out = {}
    strength = {pair: value + _bonus(register, pair, free) for pair, value in weight.items()}
    strong = {
        pair: 2 ** min(value, CERTAIN)
        for pair, value in strength.items()
        if value > FAINT and register[pair[0]] != register[pair[1]]
    }
    for pair in weight:
        out[pair] = _bonus(register, pair, free)
        if pair in strong:
            against = sum(odds for other, odds in strong.items() if _is_rival(register, entity, pair, other))
            out[pair] -= log2(1 + against)
    return out


def _bonus(register: list[str], pair: Pair, free: dict[frozenset[str], float]) -> float:
    one, other = register[pair[0]], register[pair[1]]
    return 0.0 if one == other else -log2(free.get(frozenset((one, other)), 1.0))


def _is_rival(register: list[str], entity: list[int], pair: Pair, other: Pair) -> bool:
    shared = set(pair) & set(other)
    if len(shared) != 1:
        return False
    (record,) = shared
    (partner,) = set(pair) - shared
    (rival,) = set(other) - shared
    assert record != partner
    return register[rival] == register[partner] and entity[rival] != entity[partner]
