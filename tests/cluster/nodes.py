"""Two Ray nodes on loopback, for tests: prints the address of the cluster; on the line `kill` one node is lost."""

import os
import sys

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
from ray.cluster_utils import Cluster  # noqa: E402

node = {"num_cpus": 1, "object_store_memory": 80 << 20, "include_dashboard": False}
cluster = Cluster(initialize_head=True, head_node_args=node)
# an address of its own, so that the driver does not join the node that is lost
lost = cluster.add_node(num_cpus=1, object_store_memory=80 << 20, node_ip_address="127.0.0.2")
cluster.wait_for_nodes()
print(cluster.address, flush=True)
for line in sys.stdin:
    if line.strip() == "kill":
        cluster.remove_node(lost, allow_graceful=False)
        print("killed", flush=True)
cluster.shutdown()
