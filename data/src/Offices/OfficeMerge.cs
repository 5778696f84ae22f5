using Dapper;
using GrantPortal.Data.Offices.Files;
using Npgsql;
using NpgsqlTypes;

namespace GrantPortal.Data.Offices;

/// <summary>Rows by COPY into a temporary table, then one comparison with the master and one insert and update of what differs.</summary>
internal sealed class OfficeMerge(NpgsqlConnection connection)
{
    /// <summary>Two imports wait for each other; readers of the master wait for neither.</summary>
    public Task BeginAsync(CancellationToken cancel) => connection.ExecuteAsync(new CommandDefinition(
        """
        lock table institutions in share row exclusive mode;
        create temporary table import_rows (
          ordinal integer generated always as identity,
          file integer not null,
          programme text not null,
          number text not null,
          name text not null,
          name_kana text not null,
          postcode text not null,
          address text not null,
          phone text not null,
          corporate_number text not null,
          corporate_name text not null,
          service text not null
        ) on commit drop
        """,
        cancellationToken: cancel));

    public async Task<OfficeRows> CopyAsync(CancellationToken cancel) => new(await connection.BeginBinaryImportAsync(
        "copy import_rows (file, programme, number, name, name_kana, postcode, address, phone, corporate_number, corporate_name, service) from stdin (format binary)",
        cancel));

    /// <param name="covered">Services whose lists are part of this import: an office in it keeps one of these only if they name it.</param>
    /// <returns>Each office once, and by file.</returns>
    public async Task<(OfficeCounts Total, IReadOnlyDictionary<int, OfficeCounts> PerFile)> ApplyAsync(string[] covered, DateTimeOffset now, CancellationToken cancel)
    {
        // Where rows of one office differ, the earlier one speaks and later ones fill its blanks; what all leave blank stays as it was.
        await connection.ExecuteAsync(new CommandDefinition(
            """
            analyze import_rows;
            create temporary table import_offices on commit drop as
            with listed as (
              select
                programme,
                number,
                (array_agg(name order by ordinal))[1] as name,
                (array_agg(name_kana order by ordinal) filter (where name_kana <> ''))[1] as name_kana,
                (array_agg(postcode order by ordinal) filter (where postcode <> ''))[1] as postcode,
                (array_agg(address order by ordinal) filter (where address <> ''))[1] as address,
                (array_agg(phone order by ordinal) filter (where phone <> ''))[1] as phone,
                (array_agg(corporate_number order by ordinal) filter (where corporate_number <> ''))[1] as corporate_number,
                (array_agg(corporate_name order by ordinal) filter (where corporate_name <> ''))[1] as corporate_name,
                coalesce(array_agg(service) filter (where service <> ''), '{}') as services
              from import_rows
              group by programme, number
            ),
            complete as (
              select
                l.programme,
                l.number,
                l.name,
                coalesce(l.name_kana, i.name_kana, '') as name_kana,
                coalesce(l.postcode, i.postcode, '') as postcode,
                coalesce(l.address, i.address, '') as address,
                coalesce(l.phone, i.phone, '') as phone,
                coalesce(l.corporate_number, i.corporate_number) as corporate_number,
                coalesce(l.corporate_name, i.corporate_name, '') as corporate_name,
                array(
                  select distinct s collate "C"
                  from unnest(l.services || coalesce(i.services, '{}')) as s
                  where s = any (l.services) or s <> all (@Covered)
                  order by 1
                ) as services,
                i.number is null as is_new,
                i.name as old_name,
                i.name_kana as old_name_kana,
                i.postcode as old_postcode,
                i.address as old_address,
                i.phone as old_phone,
                i.corporate_number as old_corporate_number,
                i.corporate_name as old_corporate_name,
                i.services as old_services
              from listed l
              left join institutions i on i.programme = l.programme and i.number = l.number
            )
            select
              programme, number, name, name_kana, postcode, address, phone, corporate_number, corporate_name, services, is_new,
              not is_new and
                (name, name_kana, postcode, address, phone, corporate_number, corporate_name, services) is distinct from
                (old_name, old_name_kana, old_postcode, old_address, old_phone, old_corporate_number, old_corporate_name, old_services) as is_changed
            from complete
            """,
            new { Covered = covered }, cancellationToken: cancel));
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into institutions
              (programme, number, name, name_kana, postcode, address, phone, corporate_number, corporate_name, services, updated_at)
            select programme, number, name, name_kana, postcode, address, phone, corporate_number, corporate_name, services, @Now
            from import_offices
            where is_new;

            update institutions i
            set
              name = o.name,
              name_kana = o.name_kana,
              postcode = o.postcode,
              address = o.address,
              phone = o.phone,
              corporate_number = o.corporate_number,
              corporate_name = o.corporate_name,
              services = o.services,
              updated_at = @Now
            from import_offices o
            where o.is_changed and i.programme = o.programme and i.number = o.number
            """,
            new { Now = now }, cancellationToken: cancel));
        var perFile = await connection.QueryAsync<FileCount>(new CommandDefinition(
            """
            select
              f.file,
              count(*) filter (where o.is_new)::integer as new,
              count(*) filter (where o.is_changed)::integer as changed,
              count(*) filter (where not o.is_new and not o.is_changed)::integer as unchanged
            from (select distinct file, programme, number from import_rows) f
            join import_offices o on o.programme = f.programme and o.number = f.number
            group by f.file
            """,
            cancellationToken: cancel));
        var total = await connection.QuerySingleAsync<OfficeCounts>(new CommandDefinition(
            """
            select
              count(*) filter (where is_new)::integer as new,
              count(*) filter (where is_changed)::integer as changed,
              count(*) filter (where not is_new and not is_changed)::integer as unchanged
            from import_offices
            """,
            cancellationToken: cancel));
        return (total, perFile.ToDictionary(f => f.File, f => new OfficeCounts(f.New, f.Changed, f.Unchanged)));
    }

    private sealed record FileCount(int File, int New, int Changed, int Unchanged);
}

/// <summary>The running COPY.</summary>
internal sealed class OfficeRows(NpgsqlBinaryImporter importer) : IAsyncDisposable
{
    public async Task AddAsync(int file, ListedOffice office, CancellationToken cancel)
    {
        await importer.StartRowAsync(cancel);
        await importer.WriteAsync(file, NpgsqlDbType.Integer, cancel);
        string[] texts =
        [
            office.Programme, office.Number, office.Name, office.Kana, office.Postcode, office.Address, office.Phone, office.CorporateNumber, office.CorporateName, office.Service,
        ];
        foreach (var text in texts) await importer.WriteAsync(text, NpgsqlDbType.Text, cancel);
    }

    public async Task CompleteAsync(CancellationToken cancel) => await importer.CompleteAsync(cancel);

    public ValueTask DisposeAsync() => importer.DisposeAsync();
}
