using Dapper;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Data.Tests;

/// <summary>A real primary with a real streaming standby, both stopped in turn.</summary>
public sealed class ReplicaTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_go_to_the_standby_while_it_answers_and_writes_follow_the_primary_when_it_changes()
    {
        var folder = Path.Combine(RepositoryRoot.Find(), ".build", "tests", $"replica-{Guid.NewGuid():N}");
        await using (var services = await LocalServices.StartAsync(new() { DataDirectory = folder, Durable = false }, Cancel))
        await using (var faults = new ServiceFaults(services))
        {
            await faults.StartStandbyAsync(synchronous: false, Cancel);
            await using var database = Database.At(faults.ConnectionString("postgres"), replica: faults.StandbyConnectionString("postgres"));

            Assert.False(await OnPrimaryAsync(database));
            Assert.True(await ReadAsync(database));
            await faults.KillStandbyAsync();
            // The pooled connection is broken, then there is no server: both are answered by the primary, without an error.
            Assert.False(await ReadAsync(database));
            Assert.False(await ReadAsync(database));

            await faults.StartStandbyAsync(synchronous: true, Cancel);
            await using (var connection = await database.OpenAsync(Cancel)) await connection.ExecuteAsync("create table kept as select 1 as n");
            await faults.FailOverAsync(Cancel);
            var began = TimeProvider.System.GetTimestamp();
            Assert.Equal(1, await EventuallyAsync(database, began));
        }
        NpgsqlConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private static Task<bool> ReadAsync(Database database) => database.ReadAsync(connection => connection.QuerySingleAsync<bool>("select pg_is_in_recovery()"), Cancel);

    private static async Task<bool> OnPrimaryAsync(Database database)
    {
        await using var connection = await database.OpenAsync(Cancel);
        return await connection.QuerySingleAsync<bool>("select pg_is_in_recovery()");
    }

    /// <summary>What was written before the change, read where it can be written now; within 15 seconds.</summary>
    private static async Task<int> EventuallyAsync(Database database, long began)
    {
        while (true)
        {
            try
            {
                await using var connection = await database.OpenAsync(Cancel);
                await connection.ExecuteAsync("insert into kept values (2)");
                return await connection.QuerySingleAsync<int>("select n from kept where n = 1");
            }
            catch (NpgsqlException) when (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(15))
            {
                // The former primary is still believed to be one.
            }
        }
    }
}
