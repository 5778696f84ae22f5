using GrantPortal.Data;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Features.Documents;
using GrantPortal.Web.Features.Offices;
using GrantPortal.Web.Features.Retention;
using GrantPortal.Web.Shared.Clock;
using GrantPortal.Web.Shared.Jobs;

namespace GrantPortal.Web.Shared;

/// <summary>What the executable does instead of serving, named by its first argument. The result is the exit code.</summary>
public static class OperatorCommands
{
    private static readonly Dictionary<string, Func<IServiceProvider, string[], Task<int>>> All = new(StringComparer.Ordinal)
    {
        ["admin"] = (services, arguments) => services.GetRequiredService<AdminCommand>().RunAsync(arguments, Console.Out, Console.Error),
        ["import"] = (services, paths) => ImportCommand.RunAsync(paths, services.GetRequiredService<Database>(), services.GetRequiredService<TimeProvider>(), Console.Out, CancellationToken.None),
        ["import-banks"] = (services, paths) => ImportBanksCommand.RunAsync(paths, services.GetRequiredService<Database>(), services.GetRequiredService<TimeProvider>(), Console.Out, CancellationToken.None),
        ["dead-jobs"] = (services, arguments) => DeadJobsCommand.RunAsync(arguments, services.GetRequiredService<Database>(), services.GetRequiredService<TimeProvider>(), Console.Out),
        ["reconcile"] = (services, arguments) => services.GetRequiredService<ReconcileCommand>().RunAsync(arguments, Console.Out),
        ["retention"] = (services, arguments) => services.GetRequiredService<RetentionCommand>().RunAsync(arguments, Console.Out),
    };

    public static bool IsOne(string[] args) => args.Length > 0 && All.ContainsKey(args[0]);

    public static async Task<int> RunAsync(IServiceProvider services, string[] args)
    {
        await services.GetRequiredService<ClockStart>().SetAsync(CancellationToken.None);
        return await All[args[0]](services, args[1..]);
    }
}
