"""What goes wrong between this PC and a server, in a sentence that names the host and says what to do.

`Interrupted` is what may be better in a moment, `NetworkError` what is not. Read next: `hub`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from models.catalog import HUB_HOSTS
from models.errors import NetworkError
from models.patience import Interrupted
from models.transport.addresses import host_of, without_secrets
from models.transport.answers import number

_BUSY = (408, 425, 429, 500, 502, 503, 504)


@contextmanager
def failures(url: str) -> Iterator[None]:
    """Turn what HTTP libraries raise into `Interrupted` or `NetworkError`, naming the host of `url`."""
    import httpx2
    from huggingface_hub import errors

    host = host_of(url)
    try:
        yield
    except errors.OfflineModeIsEnabled:
        raise NetworkError("HF_HUB_OFFLINE is set, so nothing is downloaded. Unset it to download.") from None
    except (errors.GatedRepoError, errors.DisabledRepoError, errors.RepositoryNotFoundError) as error:
        raise NetworkError(
            f"{host} has no such model, or not for everyone. Check the endpoint; a private mirror needs a "
            "token in HF_TOKEN.",
            type(error).__name__,
        ) from None
    except errors.RevisionNotFoundError:
        raise NetworkError(f"{host} has no such revision of this model. Check --revision.") from None
    except errors.HfHubHTTPError as error:
        response = error.response
        raise refusal(url, response.status_code, response.headers) from None
    except errors.FileMetadataError as error:
        raise NetworkError(
            f"{host} does not answer as the hub does. Check the endpoint.", repr(error)
        ) from None
    except httpx2.ProxyError as error:
        raise NetworkError(
            f"The proxy on the way to {host} refuses ({_brief(error)}). Ask IT how programs sign in to the "
            f"proxy, and to allow {_hosts_for(url)}."
        ) from None
    except httpx2.UnsupportedProtocol as error:
        raise NetworkError(
            f"{host} or its proxy has an address of an unknown kind: {_brief(error)}"
        ) from None
    except httpx2.ConnectError as error:
        if _is_certificate(error):
            raise NetworkError(
                f"The certificate of {host} is not trusted by this PC ({_brief(error)}). If a proxy "
                "inspects connections here, ask IT to install its certificate in the system's store, or to "
                f"leave {_hosts_for(url)} alone."
            ) from None
        raise Interrupted(
            f"{host} cannot be reached ({_brief(error)}). If this lasts, ask IT to allow {_hosts_for(url)}."
        ) from None
    except httpx2.TimeoutException:
        raise Interrupted(
            f"{host} does not answer. If this lasts, ask IT to allow {_hosts_for(url)}."
        ) from None
    except (httpx2.HTTPError, httpx2.StreamError) as error:
        raise Interrupted(f"The line to {host} broke ({type(error).__name__}).") from None
    except (httpx2.InvalidURL, UnicodeError) as error:
        raise NetworkError(f"{host} leads to an address that is none.", repr(error)) from None
    except ImportError as error:
        raise NetworkError(
            "A SOCKS proxy is set for this PC, and Chorale speaks to HTTP proxies only. Set HTTPS_PROXY to one.",
            repr(error),
        ) from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        # What huggingface_hub raises at an answer that is not the hub's: a sign-in page, for one.
        raise NetworkError(
            f"{host} does not answer as the hub does; a sign-in page of this network may be in the way. Open "
            "any page in a browser, or check the endpoint.",
            repr(error),
        ) from None


def refusal(url: str, status: int, headers: Mapping[str, str]) -> Exception:
    host = host_of(url)
    if status in _BUSY:
        what = "asks for patience" if status == 429 else "has a problem of its own"
        return Interrupted(f"{host} {what} (status {status}).", _retry_after(headers))
    if status in (401, 403, 407, 451):
        advice = f"Ask IT to allow {_hosts_for(url)}; a private mirror needs a token in HF_TOKEN."
        return NetworkError(f"{host} refuses the download (status {status}). {advice}")
    if status in (404, 410):
        return NetworkError(
            f"{host} does not have {urlsplit(url).path.rsplit('/', 1)[-1]} (status {status}). Check the endpoint "
            "and the revision."
        )
    return NetworkError(f"{host} answered with status {status}. Check the endpoint, or ask who runs it.")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after", "")
    if (seconds := number(text)) is not None:
        return float(seconds)
    with suppress(ValueError, TypeError):
        from datetime import UTC, datetime

        return max((parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds(), 0.0)
    return None


def _hosts_for(url: str) -> str:
    """What IT is to let through for `url`."""
    host = urlsplit(url).hostname or ""
    is_hub = host.endswith(("huggingface.co", ".hf.co"))
    return ", ".join(HUB_HOSTS) if is_hub else f"{urlsplit(url).scheme}://{host_of(url)}"


def _is_certificate(error: BaseException | None) -> bool:
    import ssl

    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _brief(error: BaseException) -> str:
    """An error's own words, without any address in it: proxies' addresses hold passwords."""
    words = " ".join(str(error).split())
    return without_secrets(words)[:160] or type(error).__name__
