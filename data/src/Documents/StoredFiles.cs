using Dapper;
using Npgsql;

namespace GrantPortal.Data.Documents;

/// <summary>A file a row names, as the row has it.</summary>
/// <param name="Id">The blob's name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
/// <param name="Quarantined">It lies in the container of quarantined files.</param>
public sealed record StoredFile(Guid Id, long Size, string Sha256, bool Quarantined);

/// <summary>All names that begin with these hexadecimal digits, hyphens left out.</summary>
/// <param name="Digits">Lower case, 0 to 32.</param>
public sealed record NameRange(string Digits)
{
    public const string AllDigits = "0123456789abcdef";

    /// <summary>Every name there is.</summary>
    public static NameRange All { get; } = new("");

    public Guid First => Guid.ParseExact(Digits.PadRight(32, '0'), "N");

    public Guid Last => Guid.ParseExact(Digits.PadRight(32, 'f'), "N");

    /// <summary>The sixteen parts of it, in order.</summary>
    public IEnumerable<NameRange> Parts => AllDigits.Select(digit => new NameRange(Digits + digit));

    /// <summary>What the names of its blobs begin with: hyphens where they stand in a GUID.</summary>
    public string BlobPrefix
    {
        get
        {
            var prefix = new System.Text.StringBuilder(36);
            for (var i = 0; i < Digits.Length; i++)
            {
                if (i is 8 or 12 or 16 or 20) prefix.Append('-');
                prefix.Append(Digits[i]);
            }
            return prefix.ToString();
        }
    }

    /// <summary>Whether all of it lies before the names that begin with these digits.</summary>
    public bool LiesBefore(string digits) => string.CompareOrdinal(Digits.PadRight(32, 'f'), digits.PadRight(32, '0')) < 0;
}

/// <summary>Rows of everything that has a blob, in the order of names.</summary>
public static class StoredFiles
{
    /// <summary>The first <paramref name="most"/> of a range.</summary>
    /// <param name="after">Only those after this name.</param>
    public static async Task<IReadOnlyList<StoredFile>> OfAsync(NpgsqlConnection connection, NameRange range, int most, Guid? after = null, CancellationToken cancel = default) =>
        (await connection.QueryAsync<StoredFile>(new CommandDefinition(
            """
            select id, size, sha256, quarantined from stored_files
            where id between @First and @Last and id > @after
            order by id limit @most
            """,
            new { range.First, range.Last, after = after ?? Guid.Empty, most }, cancellationToken: cancel))).AsList();

    /// <summary>Those of these names that a row has now.</summary>
    public static async Task<IReadOnlyDictionary<Guid, StoredFile>> FindAsync(NpgsqlConnection connection, Guid[] ids, CancellationToken cancel = default) =>
        (await connection.QueryAsync<StoredFile>(new CommandDefinition(
            "select id, size, sha256, quarantined from stored_files where id = any(@ids)", new { ids }, cancellationToken: cancel))).ToDictionary(file => file.Id);
}
