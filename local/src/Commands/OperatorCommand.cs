namespace GrantPortal.Local;

/// <summary><c>./run import|admin|reconcile|retention</c>: on the services of the portal that runs, or else on services of its own.</summary>
internal static class OperatorCommand
{
    /// <returns>The exit code of the web executable.</returns>
    public static async Task<int> RunAsync(RunArguments arguments, CancellationToken stop)
    {
        if (RunningPortal.Find(arguments.DataDirectory) is { } running)
            return await PortalCommand.RunAsync(running.SettingsNow(), arguments.Command);

        await using var services = await LocalServices.StartAsync(
            new() { DataDirectory = arguments.DataDirectory, Report = Console.Error.WriteLine }, stop);
        await Migrations.ApplyAsync(services.ConnectionString("portal"), stop);
        var settings = PortalSettings.For(services, services.ConnectionString("portal"), $"http://localhost:{arguments.Port}") with
        {
            Demo = arguments.Demo,
            Clock = arguments.Clock,
        };
        return await PortalCommand.RunAsync(settings, arguments.Command);
    }
}
