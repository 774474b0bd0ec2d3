"""Runs in AsyncFlow's environment: its own example of servers that go out one after the other, with the numbers that it has there.

The example is `lb_two_servers` among those of injected events in AsyncFlow's repository: two servers behind a load balancer, forty calls
a second, ten minutes, each server out for one of them, and three spells of a slower network.
"""

import json
import sys
from time import perf_counter

import simpy
from asyncflow import AsyncFlow
from asyncflow.components import Client, Edge, Endpoint, LoadBalancer, Server
from asyncflow.runtime.simulation_runner import SimulationRunner
from asyncflow.settings import SimulationSettings
from asyncflow.workload import RqsGenerator

SERVERS = ("srv-1", "srv-2")
EDGES = {  # mean latency in seconds
    ("rqs-1", "client-1"): 0.003,
    ("client-1", "lb-1"): 0.002,
    **{("lb-1", server): 0.002 for server in SERVERS},
    **{(server, "client-1"): 0.003 for server in SERVERS},
}
SPIKES = (("client-1>lb-1", 100.0, 160.0, 0.015), ("lb-1>srv-2", 300.0, 360.0, 0.020), ("rqs-1>client-1", 480.0, 540.0, 0.010))
STEPS = (("initial_parsing", "cpu_time", 0.002), ("ram", "necessary_ram", 128), ("io_wait", "io_waiting_time", 0.012))
MEASURES = ("ready_queue_len", "event_loop_io_sleep", "ram_in_use", "edge_concurrent_connection")


def example(horizon, outages):
    """The example as AsyncFlow's builder puts it together."""
    work = Endpoint(endpoint_name="/api", steps=[{"kind": kind, "step_operation": {what: much}} for kind, what, much in STEPS])
    built = (
        AsyncFlow()
        .add_generator(RqsGenerator(
            id="rqs-1", avg_active_users={"mean": 120}, avg_request_per_minute_per_user={"mean": 20}, user_sampling_window=60,
        ))
        .add_client(Client(id="client-1"))
        .add_servers(*(Server(id=name, server_resources={"cpu_cores": 1, "ram_mb": 2048}, endpoints=[work]) for name in SERVERS))
        .add_load_balancer(LoadBalancer(id="lb-1", algorithms="round_robin", server_covered=list(SERVERS)))
        .add_edges(*(
            Edge(id=f"{a}>{b}", source=a, target=b, latency={"mean": mean, "distribution": "exponential"}) for (a, b), mean in EDGES.items()
        ))
        .add_simulation_settings(SimulationSettings(
            total_simulation_time=horizon, sample_period_s=0.05, enabled_sample_metrics=list(MEASURES), enabled_event_metrics=["rqs_clock"],
        ))
    )  # fmt: skip
    for n, (edge, start, end, more) in enumerate(SPIKES):
        built.add_network_spike(event_id=f"spike-{n}", edge_id=edge, t_start=start, t_end=end, spike_s=more)
    for n, (start, end) in enumerate(outages):
        built.add_server_outage(event_id=f"outage-{n}", server_id=SERVERS[n], t_start=start, t_end=end)
    return built.build_payload()


def replication(*, horizon, outages):
    """One replication without building it: seconds, requests answered, SimPy's events, answers per second in outages and otherwise."""
    payload, environment = example(horizon, outages), simpy.Environment()
    begin = perf_counter()
    results = SimulationRunner(env=environment, simulation_input=payload).run()
    seconds = perf_counter() - begin
    instants, answered = results.get_throughput_series()
    inside = [any(start < t <= end for start, end in outages) for t in instants]
    return {
        "seconds": seconds,
        "requests": sum(answered),
        "events": next(environment._eid),  # SimPy numbers its events as they are scheduled
        "during": sum(a for a, out in zip(answered, inside, strict=True) if out) / sum(inside),
        "otherwise": sum(a for a, out in zip(answered, inside, strict=True) if not out) / (len(inside) - sum(inside)),
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(replication(**json.loads(line))), flush=True)
