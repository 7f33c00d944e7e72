"""Two Ray nodes on loopback, for tests: prints the address of the cluster; on the line `kill` one node is lost."""

import os

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
from ray.cluster_utils import Cluster  # noqa: E402

# the nodes and their tasks must not share this standard input: one that sets it non-blocking ends it here
commands = os.fdopen(os.dup(0))
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
node = {"num_cpus": 1, "object_store_memory": 80 << 20, "include_dashboard": False}
cluster = Cluster(initialize_head=True, head_node_args=node)
# an address of its own, so that the driver does not join the node that is lost
lost = cluster.add_node(num_cpus=1, object_store_memory=80 << 20, node_ip_address="127.0.0.2")
cluster.wait_for_nodes()
print(cluster.address, flush=True)
for line in commands:
    if line.strip() == "kill":
        lost.all_processes["raylet"][0].process.kill()
        print("killed", flush=True)
cluster.shutdown()
