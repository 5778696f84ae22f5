using GrantPortal.Data.Tools;

namespace GrantPortal.Data.Tests.Tools;

/// <summary>What a tool may cost and see. What it finds in files: web/tests/Documents/HostileFileTests.</summary>
public sealed class BoundedToolTests
{
    private static readonly ToolLimits Small = new(TimeSpan.FromSeconds(10), 1L << 28, 1 << 20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tool_that_takes_too_long_is_ended()
    {
        using var folder = WorkFolder.Create();
        var run = await BoundedTool.RunAsync("sleep", ["60"], Small with { Time = TimeSpan.FromSeconds(0.3) }, folder, cancel: Cancel);
        Assert.True(run.Exceeded);
    }

    [Fact]
    public async Task A_tool_that_computes_too_long_is_ended()
    {
        using var folder = WorkFolder.Create();
        var run = await BoundedTool.RunAsync("sh", ["-c", "while :; do :; done"], Small with { Time = TimeSpan.FromSeconds(1) }, folder, cancel: Cancel);
        Assert.True(run.Exceeded);
    }

    [Fact]
    public async Task A_tool_gets_no_more_memory_than_it_may()
    {
        using var folder = WorkFolder.Create();
        var run = await BoundedTool.RunAsync("dd", ["if=/dev/zero", "of=/dev/null", "bs=512M", "count=1"], Small, folder, cancel: Cancel);
        Assert.True(run.ExitCode != 0 && run.Errors.Contains("memory", StringComparison.Ordinal), $"{run}");
        var enough = await BoundedTool.RunAsync("dd", ["if=/dev/zero", "of=/dev/null", "bs=64M", "count=1"], Small, folder, cancel: Cancel);
        Assert.Equal(0, enough.ExitCode);
    }

    [Fact]
    public async Task A_tool_that_writes_too_much_is_ended()
    {
        using var folder = WorkFolder.Create();
        Assert.True((await BoundedTool.RunAsync("cat", ["/dev/zero"], Small, folder, (output, stop) => output.CopyToAsync(Stream.Null, stop), Cancel)).Exceeded);
        var file = await BoundedTool.RunAsync("dd", ["if=/dev/zero", "of=large", "bs=64K", "count=64"], Small, folder, cancel: Cancel);
        Assert.True(file.ExitCode != 0 || file.Exceeded);
        Assert.True(new FileInfo(folder["large"]).Length <= Small.OutputBytes);
    }

    [Fact]
    public async Task A_tool_sees_nothing_of_the_portal_and_has_no_rights()
    {
        Environment.SetEnvironmentVariable("ConnectionStrings__Of_a_test", "secret");
        using var folder = WorkFolder.Create();
        var seen = "";
        var run = await BoundedTool.RunAsync("sh", ["-c", "env; id -u; pwd"], Small, folder, async (output, stop) => seen = await new StreamReader(output).ReadToEndAsync(stop), Cancel);
        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain("secret", seen, StringComparison.Ordinal);
        Assert.True(Environment.IsPrivilegedProcess == seen.Contains("\n65534\n", StringComparison.Ordinal), seen);
    }
}
