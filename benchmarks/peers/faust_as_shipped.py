"""The textbook Faust application with `user_agents.parse` for every event, as its README shows."""

from unittest.mock import patch

import user_agents

from pipeline.event import user_agent

with (
    patch.object(user_agent, "ParsedUserAgent", user_agents.parse),
    patch.object(user_agent, "identify", user_agent.identify.__wrapped__),
):
    from benchmarks.peers.faust_textbook import app

    app.main()
