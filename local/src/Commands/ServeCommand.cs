namespace GrantPortal.Local;

/// <summary><c>./run</c>: from nothing to a working portal, until it is asked to stop.</summary>
internal static class ServeCommand
{
    /// <returns>The exit code: 0 when it was asked to stop, 1 when something ended by itself.</returns>
    public static async Task<int> RunAsync(RunArguments arguments, CancellationToken stop)
    {
        try
        {
            return await ServeAsync(arguments, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static async Task<int> ServeAsync(RunArguments arguments, CancellationToken stop)
    {
        var data = arguments.DataDirectory;
        await Console.Error.WriteLineAsync($"starting PostgreSQL, the blob store and the mail catcher on {data}");
        await using var services = await LocalServices.StartAsync(
            new() { DataDirectory = data, Report = Console.Error.WriteLine }, stop);

        // Only now: what a killed runner left of the portal itself has been ended.
        if (!FreePort.IsFree(arguments.Port))
            throw new LocalException($"Port {arguments.Port} is taken. Give another with --port, or stop what listens there.");
        await Migrations.ApplyAsync(services.ConnectionString("portal"), stop);
        var settings = PortalSettings.For(services, services.ConnectionString("portal"), $"http://localhost:{arguments.Port}") with
        {
            Clock = arguments.Clock,
        };
        await Banks.ImportWhenChangedAsync(data, settings, stop);

        await Console.Error.WriteLineAsync("starting the portal");
        await using var portal = await PortalProcess.StartAsync(
            services, new() { Port = arguments.Port, Demo = arguments.Demo, Clock = arguments.Clock }, stop);
        RunningPortal.Announce(data, portal.Settings);
        try
        {
            await Console.Error.WriteLineAsync($"mails can be read at {services.MailUrl}; logs are in {Path.Combine(data, "logs")}");
            await Console.Out.WriteLineAsync($"portal ready: {portal.Url}");
            var first = await Task.WhenAny(services.Died, portal.Died).WaitAsync(stop);
            await Console.Error.WriteLineAsync(await first);
            return 1;
        }
        finally
        {
            await Console.Error.WriteLineAsync("stopping");
            RunningPortal.Withdraw(data);
        }
    }
}
