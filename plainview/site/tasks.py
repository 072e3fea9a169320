"""What no single room owns: jobs whose worker died are taken up again. Procrastinate does not do so by itself."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="site.retry_stalled", queueing_lock="site.retry_stalled")
async def retry_stalled(timestamp: int) -> None:
    """Puts the jobs of workers without a heartbeat back into the queue."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)
