using System.Buffers;
using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;

namespace GrantPortal.Data.Tools;

/// <summary>What one run of a tool may cost at most.</summary>
/// <param name="Time">Of processor, and three times as much on the wall clock: the machine may be busy.</param>
/// <param name="MemoryBytes">Of address space.</param>
/// <param name="OutputBytes">On its standard output, and of any one file it writes.</param>
public sealed record ToolLimits(TimeSpan Time, long MemoryBytes, long OutputBytes)
{
    /// <summary>20 seconds, 1.5 GiB, 256 MiB.</summary>
    public static ToolLimits Usual { get; } = new(TimeSpan.FromSeconds(20), 3L << 29, 256L << 20);
}

/// <summary>How a run ended.</summary>
/// <param name="Exceeded">It was ended for it cost more than allowed, or it crashed.</param>
/// <param name="Errors">The first 16 KiB of its standard error.</param>
public sealed record ToolRun(int ExitCode, bool Exceeded, string Errors);

/// <summary>
/// Runs programs that open what strangers sent: each in a process of its own, bounded in time, memory and output, at low priority, without rights it does
/// not need and without the portal's environment. What goes wrong in there ends with it.
/// </summary>
public static class BoundedTool
{
    private const int MostErrors = 16 * 1024;
    private const int Killed = 128;
    private static readonly TimeSpan RememberAbsence = TimeSpan.FromMinutes(1);
    private static readonly ConcurrentDictionary<string, (bool There, long At)> Seen = new(StringComparer.Ordinal);

    /// <summary>Root gives up its rights before a tool runs.</summary>
    [SupportedOSPlatformGuard("linux")]
    internal static bool Demotes { get; } = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    /// <summary>Whether a program is on the PATH, looked for again after a minute: it may be installed while the portal runs.</summary>
    public static bool IsThere(string tool)
    {
        if (Seen.TryGetValue(tool, out var seen) && Stopwatch.GetElapsedTime(seen.At) < RememberAbsence) return seen.There;
        var there = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, tool)));
        Seen[tool] = (there, Stopwatch.GetTimestamp());
        return there;
    }

    /// <param name="tool">On the PATH.</param>
    /// <param name="folder">Its working directory.</param>
    /// <param name="read">Takes its standard output as it comes; null: it is dropped.</param>
    /// <exception cref="Win32Exception">The launcher is not there.</exception>
    public static async Task<ToolRun> RunAsync(
        string tool, IReadOnlyList<string> arguments, ToolLimits limits, WorkFolder folder, Func<Stream, CancellationToken, Task>? read = null, CancellationToken cancel = default)
    {
        using var process = Process.Start(Start(tool, arguments, limits, folder))!;
        process.StandardInput.Close();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        ended.CancelAfter(limits.Time * 3);
        var exceeded = false;
        var errors = ErrorsAsync(process.StandardError, ended.Token);
        try
        {
            await using var output = new LimitedStream(process.StandardOutput.BaseStream, limits.OutputBytes);
            if (read is not null) await read(output, ended.Token);
            await output.CopyToAsync(Stream.Null, ended.Token);
            await process.WaitForExitAsync(ended.Token);
        }
        catch (Exception exception) when (exception is OutputExceededException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            exceeded = true;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        var words = await errors;
        return new ToolRun(process.ExitCode, exceeded || process.ExitCode > Killed, words);
    }

    private static ProcessStartInfo Start(string tool, IReadOnlyList<string> arguments, ToolLimits limits, WorkFolder folder)
    {
        string[] demoted = Demotes ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "--inh-caps=-all"] : ["setpriv", "--no-new-privs"];
        var start = new ProcessStartInfo("nice",
        [
            "-n", "10", "prlimit",
            string.Create(CultureInfo.InvariantCulture, $"--as={limits.MemoryBytes}"), string.Create(CultureInfo.InvariantCulture, $"--cpu={Math.Ceiling(limits.Time.TotalSeconds):0}"),
            string.Create(CultureInfo.InvariantCulture, $"--fsize={limits.OutputBytes}"), "--core=0",
            .. demoted, tool, .. arguments,
        ])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var (name, value) in new[]
        {
            ("PATH", Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin"), ("HOME", folder.Path), ("TMPDIR", folder.Path), ("LANG", "C.UTF-8"),
            ("VIPS_CONCURRENCY", "1"), ("VIPS_BLOCK_UNTRUSTED", "1"), ("OMP_THREAD_LIMIT", "1"),
        })
            start.Environment[name] = value;
        return start;
    }

    private static async Task<string> ErrorsAsync(StreamReader errors, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var buffer = ArrayPool<char>.Shared.Rent(4096);
        try
        {
            while (await errors.ReadAsync(buffer.AsMemory(), cancel) is > 0 and var length)
                if (text.Length < MostErrors) text.Append(buffer, 0, Math.Min(length, MostErrors - text.Length));
        }
        catch (OperationCanceledException)
        {
            // Ended: what it said so far is what there is.
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
        return text.ToString();
    }

    private sealed class OutputExceededException : IOException;

    private sealed class LimitedStream(Stream inner, long most) : Stream
    {
        private long left = most;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Counted(await inner.ReadAsync(buffer, cancellationToken));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => Counted(inner.Read(buffer, offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Counted(int read)
        {
            left -= read;
            return left < 0 ? throw new OutputExceededException() : read;
        }
    }
}
