using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace GrantPortal.Data.Offices;

/// <summary>What an import of the list of banks changed.</summary>
/// <param name="Changed">Banks and branches added, renamed or removed.</param>
public sealed record BankReport(int Banks, int Branches, int Changed);

/// <summary>
/// Makes the tables of banks and branches equal to a list: tab-separated lines of bank code, name, kana, branch code, name, kana, one per branch;
/// a bank without branches has one line with the last three empty. What the list no longer has is removed.
/// </summary>
public sealed class BankImport(Database database)
{
    private const int Columns = 6;

    /// <exception cref="ImportException">The list cannot be read or a line of it is wrong; nothing was changed.</exception>
    public async Task<BankReport> RunAsync(string path, CancellationToken cancel = default)
    {
        var lines = await ReadAsync(path, cancel);
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            lock table banks, bank_branches in share row exclusive mode;
            create temporary table listed_branches (
              bank_code text not null,
              bank_name text not null,
              bank_kana text not null,
              code text not null,
              name text not null,
              kana text not null
            ) on commit drop
            """,
            cancellationToken: cancel));
        await CopyAsync(connection, lines, cancel);
        var changed = await connection.ExecuteAsync(new CommandDefinition(
            """
            analyze listed_branches;

            delete from bank_branches b
            where not exists (select from listed_branches l where l.bank_code = b.bank_code and l.code = b.code);

            delete from banks b
            where not exists (select from listed_branches l where l.bank_code = b.code);

            insert into banks as b (code, name, kana)
            select distinct on (bank_code) bank_code, bank_name, bank_kana
            from listed_branches
            order by bank_code
            on conflict (code) do update set name = excluded.name, kana = excluded.kana
            where (b.name, b.kana) is distinct from (excluded.name, excluded.kana);

            insert into bank_branches as b (bank_code, code, name, kana)
            select distinct on (bank_code, code) bank_code, code, name, kana
            from listed_branches
            where code <> ''
            order by bank_code, code
            on conflict (bank_code, code) do update set name = excluded.name, kana = excluded.kana
            where (b.name, b.kana) is distinct from (excluded.name, excluded.kana)
            """,
            cancellationToken: cancel));
        await transaction.CommitAsync(cancel);
        return new BankReport(lines.DistinctBy(l => l[0], StringComparer.Ordinal).Count(), lines.Count(l => l[3].Length > 0), changed);
    }

    private static async Task<List<string[]>> ReadAsync(string path, CancellationToken cancel)
    {
        if (!File.Exists(path)) throw new ImportException($"「{path}」が見つかりません。");
        var lines = new List<string[]>();
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancel))
        {
            number++;
            if (line.Length == 0) continue;
            var fields = line.Split('\t');
            if (fields.Length != Columns || !IsCode(fields[0], 4) || fields[1].Length == 0 || (fields[3].Length > 0 && !IsCode(fields[3], 3)))
                throw new ImportException($"「{path}」の{number}行目が、銀行コード・銀行名・カナ・支店コード・支店名・カナのタブ区切りではありません。");
            lines.Add(fields);
        }
        return lines.Count > 0 ? lines : throw new ImportException($"「{path}」は空のファイルです。"); // it would remove every bank
    }

    private static bool IsCode(string text, int length) => text.Length == length && text.All(char.IsAsciiDigit);

    private static async Task CopyAsync(NpgsqlConnection connection, List<string[]> lines, CancellationToken cancel)
    {
        await using var importer = await connection.BeginBinaryImportAsync(
            "copy listed_branches (bank_code, bank_name, bank_kana, code, name, kana) from stdin (format binary)", cancel);
        foreach (var line in lines)
        {
            await importer.StartRowAsync(cancel);
            foreach (var field in line) await importer.WriteAsync(field, NpgsqlDbType.Text, cancel);
        }
        await importer.CompleteAsync(cancel);
    }
}
