using System.Runtime.InteropServices;
using GrantPortal.Local;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

try
{
    if (args is not ["run", .. var words])
        throw new UsageException("The only command is run.");
    if (words is ["--help"] or ["-h"])
    {
        Console.WriteLine(RunArguments.Usage);
        return 0;
    }

    var arguments = RunArguments.Parse(words);
    return arguments.Command.Count == 0
        ? await ServeCommand.RunAsync(arguments, stop.Token)
        : await OperatorCommand.RunAsync(arguments, stop.Token);
}
catch (UsageException e)
{
    await Console.Error.WriteLineAsync($"{e.Message}\n\n{RunArguments.Usage}");
    return 2;
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
