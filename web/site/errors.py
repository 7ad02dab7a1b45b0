"""What stops the build."""


class SiteError(ValueError):
    """The site cannot be published as it is; the message says in one sentence what is wrong, where,
    and what to do.
    """
