"""Where tests find what makes a pump ready: `benchpump.bench.provisioning`."""

from benchpump.bench.provisioning import provision, provisioned_image

__all__ = ["provision", "provisioned_image"]
