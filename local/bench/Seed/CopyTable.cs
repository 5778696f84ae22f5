using Npgsql;
using NpgsqlTypes;

namespace GrantPortal.Bench.Seed;

/// <summary>
/// One table being filled by a binary COPY on a connection of its own. Foreign keys and append-only triggers are off for it:
/// <see cref="Verification"/> looks at the whole afterwards, faster than row by row.
/// </summary>
internal sealed class CopyTable : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlBinaryImporter importer;

    private CopyTable(string name, NpgsqlConnection connection, NpgsqlBinaryImporter importer) => (Name, this.connection, this.importer) = (name, connection, importer);

    public string Name { get; }

    public long Rows { get; private set; }

    /// <param name="columns">Separated by commas, in the order they will be written.</param>
    public static async Task<CopyTable> OpenAsync(NpgsqlDataSource database, string name, string columns, CancellationToken cancel)
    {
        var opened = await database.OpenConnectionAsync(cancel);
        await using (var settings = new NpgsqlCommand("set session_replication_role = replica", opened)) await settings.ExecuteNonQueryAsync(cancel);
        return new CopyTable(name, opened, await opened.BeginBinaryImportAsync($"copy {name} ({columns}) from stdin (format binary)", cancel));
    }

    public CopyTable Row()
    {
        importer.StartRow();
        Rows++;
        return this;
    }

    public CopyTable Text(string? value) => Write(value, NpgsqlDbType.Text);

    public CopyTable Json(string? value) => Write(value, NpgsqlDbType.Jsonb);

    public CopyTable Texts(string[] value) => Write(value, NpgsqlDbType.Array | NpgsqlDbType.Text);

    public CopyTable Ids(Guid[] value) => Write(value, NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public CopyTable Id(Guid? value) => WriteValue(value, NpgsqlDbType.Uuid);

    public CopyTable Int(int value) => WriteValue<int>(value, NpgsqlDbType.Integer);

    /// <summary>An amount in yen or a size in bytes.</summary>
    public CopyTable Long(long? value) => WriteValue(value, NpgsqlDbType.Bigint);

    public CopyTable Bool(bool value) => WriteValue<bool>(value, NpgsqlDbType.Boolean);

    public CopyTable At(DateTimeOffset? value) => WriteValue(value?.UtcDateTime, NpgsqlDbType.TimestampTz);

    public CopyTable Date(DateOnly? value) => WriteValue(value, NpgsqlDbType.Date);

    public async Task CompleteAsync(CancellationToken cancel) => await importer.CompleteAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await importer.DisposeAsync();
        await using (var settings = new NpgsqlCommand("set session_replication_role = origin", connection)) await settings.ExecuteNonQueryAsync();
        await connection.DisposeAsync();
    }

    private CopyTable Write<T>(T? value, NpgsqlDbType type)
        where T : class
    {
        if (value is null) importer.WriteNull();
        else importer.Write(value, type);
        return this;
    }

    private CopyTable WriteValue<T>(T? value, NpgsqlDbType type)
        where T : struct
    {
        if (value is { } present) importer.Write(present, type);
        else importer.WriteNull();
        return this;
    }
}
