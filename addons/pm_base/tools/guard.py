"""What tells a guard at the gate from anybody else: his PIN and the network of the site.

Pure functions, no records.
"""

import re
from ipaddress import ip_address, ip_network
from itertools import pairwise

_PIN = re.compile(r"[0-9]{6,12}")


def is_good_pin(pin):
    """Tell whether `pin` is 6 to 12 digits and neither one digit repeated nor a plain run."""
    if not _PIN.fullmatch(pin):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return steps not in ({0}, {1}, {-1})


def parse_networks(text):
    """Return the networks that `text` names, one a line or separated by commas.

    Raises ValueError naming the first that is none, or that is so wide that it shuts nobody out.
    """
    networks = []
    for part in re.split(r"[\s,;，；、]+", text or ""):
        if part:
            network = ip_network(part, strict=False)
            if network.prefixlen < 8:
                raise ValueError(part)
            networks.append(network)
    return networks


def is_in_networks(address, text):
    """Tell whether an IP address belongs to one of the networks that `text` names."""
    try:
        address = ip_address(address)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in parse_networks(text))
