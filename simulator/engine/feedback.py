"""A tenant's flow as a map of what feeds back on itself, and the fixed point of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.engine.fixed_point import TOLERANCE, Passes, Search

if TYPE_CHECKING:
    from simulator.engine.loops import Loop
    from simulator.engine.tenants import TenantFlow

_AT_ONCE: Final = 4


class Feedback(Passes):
    """The flow of a tenant as a map of what feeds back, one pass after the other.

    See `loops` for what a state is.
    """

    __slots__ = ("_flow", "loop")

    def __init__(self, flow: TenantFlow, loop: Loop) -> None:
        self._flow, self.loop = flow, loop
        self.times = loop.times

    def settle(self) -> None:
        """Find the state that is its own image; the trace says where it was not found to within the tolerance."""
        flow = self._flow
        state = self._state()
        for _ in range(_AT_ONCE):
            before = state
            flow.send()
            flow.answer()
            state = self._state()
            if state == before:
                return
        found = Search(self, monotone=self.loop.monotone).found(state)
        self.image(found.state)
        if found.error > TOLERANCE:
            run = flow.run
            place = run.plan.owners[self.loop.nodes[found.moving]]
            run.trace.unsettled.append((max(0.0, run.agenda.now), flow.plan.label, place, found.error))

    def image(self, state: list[float]) -> list[float]:
        """One pass from a state."""
        run = self._flow.run
        for k, i in enumerate(self.loop.nodes):
            if k < self.loop.qualities:
                run.quality[i] = state[k]
            elif k < self.times:
                run.value[i] = state[k]
            else:
                run.hold[i] = -state[k]
        self._flow.send()
        self._flow.answer()
        return self._state()

    def served(self) -> list[float]:
        """What users got in the last pass, all together and each group."""
        value = self._flow.run.value
        return [value[i] for i in self.loop.served]

    def limits(self) -> list[int]:
        """Whose capacity or threads bounded in the last pass."""
        return [self._flow.limit(node) for node in self.loop.bounded]

    def _state(self) -> list[float]:
        run, loop = self._flow.run, self.loop
        state = [run.quality[i] for i in loop.nodes[: loop.qualities]]
        state += [run.value[i] for i in loop.nodes[loop.qualities : loop.times]]
        state += [-run.hold[i] for i in loop.nodes[loop.times :]]
        return state
