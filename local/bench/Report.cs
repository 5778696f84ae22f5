using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using GrantPortal.Local;

namespace GrantPortal.Bench;

/// <summary>What benchmarks say: progress to stderr, results as one JSON object a line to stdout, each with the machine and the commit.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Lazy<JsonNode> ThisMachine = new(() => JsonSerializer.SerializeToNode(Machine(), Json)!);

    private static readonly Lazy<string> ThisCommit = new(Commit);

    public static void Progress(FormattableString text) => Console.Error.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <param name="bench">The benchmark's name.</param>
    /// <param name="result">An object; its properties are written in camel case.</param>
    public static void Line(string bench, object result)
    {
        var line = new JsonObject { ["bench"] = bench };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(result, Json)!.AsObject()) line[name] = value?.DeepClone();
        line["machine"] = ThisMachine.Value.DeepClone();
        line["commit"] = ThisCommit.Value;
        Console.WriteLine(line.ToJsonString(Json));
    }

    private static object Machine() => new
    {
        cpu = Field("/proc/cpuinfo", "model name"),
        cores = Environment.ProcessorCount,
        memoryMiB = long.TryParse(Field("/proc/meminfo", "MemTotal").Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var kib) ? kib / 1024 : 0,
        os = RuntimeInformation.OSDescription,
        dotnet = Environment.Version.ToString(),
    };

    private static string Field(string path, string name) => File.Exists(path)
        ? File.ReadLines(path).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? ""
        : "";

    /// <summary>With + where the working tree differs; empty outside git.</summary>
    private static string Commit()
    {
        var head = Git("rev-parse", "--short", "HEAD");
        return head.Length > 0 && Git("status", "--porcelain", "--untracked-files=no").Length > 0 ? head + "+" : head;
    }

    private static string Git(params string[] words)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", words)
            {
                WorkingDirectory = RepositoryRoot.Find(),
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? output : "";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }
}
