using GrantPortal.Local;

namespace GrantPortal.Web.Tests.Local;

public sealed class RunArgumentsTests
{
    [Fact]
    public void Nothing_given_serves_the_demo_from_the_repository()
    {
        var arguments = RunArguments.Parse([]);

        Assert.Empty(arguments.Command);
        Assert.Equal(8080, arguments.Port);
        Assert.True(arguments.Demo);
        Assert.Null(arguments.Clock);
        Assert.Equal(Path.Combine(RepositoryRoot.Find(), ".data"), arguments.DataDirectory);
    }

    [Fact]
    public void Options_may_stand_anywhere_and_paths_are_meant_from_here()
    {
        var arguments = RunArguments.Parse(["--port", "8123", "import", "a.csv", "--empty", "/b"]);

        Assert.Equal(["import", Path.GetFullPath("a.csv"), "/b"], arguments.Command);
        Assert.Equal(8123, arguments.Port);
        Assert.False(arguments.Demo);
    }

    [Theory]
    [InlineData("reconcile")]
    [InlineData("reconcile", "--hashes")]
    [InlineData("retention", "--dry-run")]
    public void An_operators_command_keeps_its_own_option(params string[] words)
        => Assert.Equal(words, RunArguments.Parse([.. words, "--port", "8123"]).Command);

    [Theory]
    [InlineData("2026-11-02", "2026-11-02T00:00:00+09:00")]
    [InlineData("2026-11-02T09:30", "2026-11-02T09:30:00+09:00")]
    [InlineData("2026-11-02T09:30:15+09:00", "2026-11-02T09:30:15+09:00")]
    [InlineData("2026-11-02T00:30:15Z", "2026-11-02T09:30:15+09:00")]
    public void A_clock_without_an_offset_shows_Japan_time(string text, string expected)
        => Assert.Equal(DateTimeOffset.Parse(expected, null), RunArguments.Parse(["--clock", text]).Clock);

    [Theory]
    [InlineData("--port")]
    [InlineData("--port", "0")]
    [InlineData("--clock", "tomorrow")]
    [InlineData("--prot", "8080")]
    [InlineData("import")]
    [InlineData("admin")]
    [InlineData("reconcile", "now")]
    [InlineData("--hashes")]
    [InlineData("retention")]
    [InlineData("reconcile", "--dry-run")]
    [InlineData("serve")]
    public void Words_that_make_no_sense_are_refused(params string[] words)
        => Assert.Throws<UsageException>(() => RunArguments.Parse(words));
}
