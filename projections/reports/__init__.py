"""统计报表 · Reports S-01 … S-23: fact rows told from events, a table of reports over them, small cells held back."""
