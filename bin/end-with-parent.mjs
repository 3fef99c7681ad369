// Loaded into the child of a launcher: when the launcher is gone, even by SIGKILL, the child is asked to end.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The listener above would keep the child alive for the channel alone.
process.channel?.unref();
