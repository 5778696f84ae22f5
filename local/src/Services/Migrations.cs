using Npgsql;

namespace GrantPortal.Local;

/// <summary>The schema: plain SQL files, applied by dbmate.</summary>
public static class Migrations
{
    /// <summary>Makes the database where it is missing and applies what is not applied yet.</summary>
    /// <exception cref="LocalException">A migration failed; the message holds dbmate's words.</exception>
    public static Task ApplyAsync(string connectionString, CancellationToken cancel = default)
    {
        var to = new NpgsqlConnectionStringBuilder(connectionString);
        var url = $"postgres://{Uri.EscapeDataString(to.Username!)}:{Uri.EscapeDataString(to.Password!)}"
            + $"@{to.Host}:{to.Port}/{Uri.EscapeDataString(to.Database!)}?sslmode=disable";
        return Tool.RunAsync(
            [RepositoryRoot.NodeModule("@dbmate/linux-x64/bin/dbmate"), "--migrations-dir", RepositoryRoot.Migrations, "--no-dump-schema", "up"],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["DATABASE_URL"] = url },
            cancel: cancel);
    }
}
