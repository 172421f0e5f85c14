"""The hub over HTTPS: what files a repository has, and their bytes. The only package that opens a connection.

It is built on `huggingface_hub` where that knows the hub better than we could: the repository's listing with
sizes and hashes, the addresses of files, the headers, what a refusal means. The bytes are read with the HTTP
client that comes with it (httpx2), not with its downloader, because that one
  - cannot hash while it writes, keep to a bandwidth, pause, or be cancelled from another thread;
  - hands large files to `hf-xet`, which talks to other hosts in its own way (left out of our lock file);
  - asks the hub for a list of programming agents to put into its User-Agent, unless telemetry is off.
So HF_HUB_DISABLE_TELEMETRY is set before the import, and no request is made but: the listing (or, where a
mirror has no listing with hashes, one HEAD for each file) and the files.

Proxies come from the environment or the system, certificates from the operating system (truststore).
A token (`HF_TOKEN`) is sent to the endpoint alone, over HTTPS alone, and is in no message.

    hub         the listing and the bytes; begin here
    answers     whether what a server says can be used
    addresses   which addresses may be asked, and what of them may be shown
    failures    what goes wrong, in sentences
    client      the libraries, as Chorale wants them

`models/transfer` decides when to try again.
"""

from models.transport.addresses import check_endpoint
from models.transport.client import has_proxy, hub_cache_folder
from models.transport.hub import HubTransport

__all__ = ["HubTransport", "check_endpoint", "has_proxy", "hub_cache_folder"]
