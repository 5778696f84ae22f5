using System.Runtime.InteropServices;
using GrantPortal.Bench;
using GrantPortal.Bench.Faults;
using GrantPortal.Bench.Pages;
using GrantPortal.Bench.Processes;
using GrantPortal.Bench.Queue;
using GrantPortal.Bench.Reconcile;
using GrantPortal.Bench.Restore;
using GrantPortal.Bench.Seed;
using GrantPortal.Bench.Submit;
using GrantPortal.Bench.Surge;
using GrantPortal.Bench.Uploads;
using GrantPortal.Local;

Benchmark[] benchmarks =
[
    new("submit", "submit", "the final POST at 1, 16 and 64 clients against pgbench with the same statements (2,000 each; quick: 200)", SubmitBenchmark.RunAsync),
    new("surge", "surge", "whole journeys, begun faster and faster until a request in twenty takes a second; everything acknowledged is verified", SurgeBenchmark.RunAsync),
    new("upload", "upload", "100 uploads of 20 MiB at once (quick: 16) against the same bytes put straight into the blob store; every one verified; the portal's memory", UploadBenchmark.RunAsync),
    new("signin", "signin", "sign-ins by password at 1 and 8 clients against the password's hash alone (400 each; quick: 40)", SignInBenchmark.RunAsync),
    new("pages", "pages [N]", "every kind of page at N applications (1,000,000; quick: 5,000): server time, bytes, and largest paint in a slowed Chromium", PagesBenchmark.RunAsync),
    new("memory", "memory", "resident memory idle, under surge, after an hour's worth of requests", MemoryBenchmark.RunAsync),
    new("start", "start [N]", "process start to first answer, N times (10; quick: 3)", StartBenchmark.RunAsync),
    new("queue", "queue [N]", "pages of the queue at 1,000, 100,000 and N applications (1,000,000; quick: 1,000 and 10,000)", QueueBenchmark.RunAsync),
    new("reconcile", "reconcile", "database against blob store at 10,000 and 100,000 blobs and 1,000,000 rows, with its memory (quick: 1,000 and 10,000 rows)", ReconcileBenchmark.RunAsync),
    new("faults", "faults [N] [SEED]", "N rounds (20; quick: 2) of applicants at work while something dies, stops or fills up; counts what is lost, doubled, damaged", FaultsBenchmark.RunAsync),
    new("restore", "restore [N]", "point-in-time recovery drilled at N applications (100,000; quick: 2,000): backup, log, an accident, and the moment before it", RestoreBenchmark.RunAsync),
    new("seed", "seed [N]", "fills a database with a country and N applications (1,000,000; quick: 10,000); --data DIR keeps it", SeedBenchmark.RunAsync),
];

if (args is [MailServer.Word, var mailPort, var mailFile])
{
    await MailServer.ServeAsync(int.Parse(mailPort, System.Globalization.CultureInfo.InvariantCulture), mailFile);
    return 0;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    if (BenchArguments.Parse(args) is not { } arguments)
    {
        foreach (var benchmark in benchmarks) await Console.Out.WriteLineAsync($"{benchmark.Usage,-17} {benchmark.Summary}");
        return 0;
    }
    if (Array.Find(benchmarks, b => b.Name == arguments.Name) is not { } chosen)
        throw new LocalException($"There is no benchmark {arguments.Name}; bench without a name lists them.");
    await chosen.Run(arguments, stop.Token);
    return 0;
}
catch (LocalException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
