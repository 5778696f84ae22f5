namespace GrantPortal.Local;

/// <summary>Waiting for a condition nobody announces.</summary>
internal static class Poll
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks until the answer is yes; false when the deadline passed first.</summary>
    public static async Task<bool> UntilAsync(Func<Task<bool>> condition, TimeSpan deadline, CancellationToken cancel = default)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        while (true)
        {
            if (await condition())
                return true;
            if (TimeProvider.System.GetElapsedTime(started) > deadline)
                return false;
            await timer.WaitForNextTickAsync(cancel);
        }
    }
}
