using System.Reflection;
using System.Text.RegularExpressions;
using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Tests;

/// <summary>docs/rules.md names only tests and members that exist, so it cannot fall behind a renaming unseen.</summary>
public partial class RulesPageTests
{
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly string[][] Rows =
        [.. Repository.Read("docs/rules.md").Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Select(l => l.Split('|')[1..^1])];

    [Fact]
    public void Every_test_the_rules_page_names_exists()
    {
        var named = Rows.SelectMany(r => Names().Matches(r[2])).Select(m => (Class: m.Groups["type"].Value, Method: m.Groups["member"].Value)).ToList();
        Assert.True(named.Count > 100);
        var types = typeof(RulesPageTests).Assembly.GetTypes().ToLookup(t => t.Name);
        Assert.All(named, n => Assert.True(types[n.Class].Any(t => t.GetMethod(n.Method)?.GetCustomAttributes<FactAttribute>().Any() == true), $"{n.Class}.{n.Method}"));
    }

    [Fact]
    public void Every_member_of_the_domain_the_rules_page_names_exists()
    {
        var types = typeof(Application).Assembly.GetTypes().ToLookup(t => t.Name);
        var named = Rows.SelectMany(r => Names().Matches(r[1])).Select(m => (Type: m.Groups["type"].Value, Member: m.Groups["member"].Value)).ToList();
        Assert.True(named.Count > 80);
        Assert.All(named, n => Assert.True(types[n.Type].Any(t => t.GetMember(n.Member, Members).Length > 0), $"{n.Type}.{n.Member}"));
    }

    /// <summary>The other layers are not referenced from here: their sources are read.</summary>
    [Fact]
    public void Everything_the_rules_page_names_in_other_layers_exists()
    {
        var named = Rows.SelectMany(r => Elsewhere().Matches(r[1] + r[2]))
            .Select(m => (Folder: m.Groups["folder"].Value, Type: m.Groups["type"].Value, Member: m.Groups["member"].Value)).ToList();
        Assert.True(named.Count > 60);
        var sources = named.Select(n => n.Folder).Distinct(StringComparer.Ordinal).ToDictionary(folder => folder, Sources, StringComparer.Ordinal);
        Assert.All(named, n => Assert.True(
            sources[n.Folder].Any(text => Declares(text, n.Type) && text.Contains($" {n.Member}", StringComparison.Ordinal)), $"{n.Folder}/{n.Type}.{n.Member}"));
    }

    [Fact]
    public void Every_test_the_security_page_names_exists()
    {
        var named = Names().Matches(Repository.Read("docs/security.md")).Select(m => (Class: m.Groups["type"].Value, Method: m.Groups["member"].Value)).ToList();
        Assert.True(named.Count > 15);
        var sources = Sources("web/tests");
        Assert.All(named, n => Assert.True(sources.Any(text => Declares(text, n.Class) && text.Contains($" {n.Method}(", StringComparison.Ordinal)), $"{n.Class}.{n.Method}"));
    }

    [Fact]
    public void Every_clause_has_a_test_or_says_what_is_missing() => Assert.All(Rows.Where(r => !r[0].Contains("clause") && !r[0].Contains("promise")), r =>
        Assert.True(
            Names().IsMatch(r[2]) || Elsewhere().IsMatch(r[2]) || r[2].Contains("(test: pending)") || r[1].Contains("**not built yet**"), r[0]));

    private static string[] Sources(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)];

    private static bool Declares(string text, string type) =>
        text.Contains($" class {type}", StringComparison.Ordinal) || text.Contains($" record {type}", StringComparison.Ordinal);

    [GeneratedRegex(@"`(?<type>[A-Z][A-Za-z]+)\.(?<member>[A-Z]\w+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Names();

    [GeneratedRegex(@"`(?<folder>(data|web)/(src|tests)|e2e)/(?<type>[A-Z][A-Za-z]+)\.(?<member>[A-Z]\w+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Elsewhere();
}
