"""What other records of the same register take from a pair's weight."""

from __future__ import annotations

from math import log2

from matchers.rivals import CERTAIN, FAINT, ROUNDS

Pair = tuple[int, int]


def rival_weights(
    register: list[str], entity: list[int], weight: dict[Pair, float], free: dict[tuple[str, str], float]
) -> dict[Pair, float]:
    """Bits for each pair; `free` is the share of the first register's people who do not stand in the second.

    Of a register with itself it is the share of its people who stand in no other.

    A record has one place in a register at most: at each of its two records, the odds of a pair are divided by one and
    the odds of that record's other pairs with other people's records of the partner's register. Of those odds counts
    what their own rivals, at their other end, have left the last time.
    """
    out = {}
    strength = {pair: value + _bonus(register, pair, free) for pair, value in weight.items()}
    strong = {
        pair: 2 ** min(value + _of_the_alone(register, entity, pair, free), CERTAIN)
        for pair, value in strength.items()
        if value > FAINT and register[pair[0]] != register[pair[1]]
    }
    seen = {(record, pair): odds for pair, odds in strong.items() for record in pair}
    against = _against(register, entity, seen)
    for _ in range(ROUNDS):
        seen = {(record, pair): strong[pair] / (1 + against[_other(pair, record), pair]) for record, pair in seen}
        against = _against(register, entity, seen)
    for pair in weight:
        out[pair] = _bonus(register, pair, free)
        if pair in strong:
            out[pair] += _of_the_alone(register, entity, pair, free)
            out[pair] -= sum(log2(1 + against[record, pair]) for record in pair)
    return out


def _against(
    register: list[str], entity: list[int], seen: dict[tuple[int, Pair], float]
) -> dict[tuple[int, Pair], float]:
    """For each record of each pair the odds, as that record sees them, of the pair's rivals there."""
    return {
        (record, pair): sum(
            odds
            for (at, other), odds in seen.items()
            if at == record and _is_rival(register, entity, _other(pair, record), _other(other, record))
        )
        for record, pair in seen
    }


def _other(pair: Pair, record: int) -> int:
    return pair[1] if pair[0] == record else pair[0]


def _bonus(register: list[str], pair: Pair, free: dict[tuple[str, str], float]) -> float:
    one, other = register[pair[0]], register[pair[1]]
    return 0.0 if one == other else -log2(free.get((one, other), 1.0)) - log2(free.get((other, one), 1.0))


def _of_the_alone(register: list[str], entity: list[int], pair: Pair, free: dict[tuple[str, str], float]) -> float:
    """Bits for a record that stands nowhere else: absent from the other's register are more than from all registers."""
    gains = [0.0]
    for record in pair:
        one, other = register[record], register[_other(pair, record)]
        if entity.count(entity[record]) == 1:
            gains.append(log2(free.get((one, other), 1.0)) - log2(free.get((one, one), 1.0)))
    return max(gains)


def _is_rival(register: list[str], entity: list[int], partner: int, rival: int) -> bool:
    """Of one record's pair with a partner, a pair with another record: nobody's rival is their own record."""
    return register[rival] == register[partner] and entity[rival] != entity[partner]
