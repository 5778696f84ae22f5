using Dapper;
using GrantPortal.Data.Documents;
using GrantPortal.Testing;

namespace GrantPortal.Data.Tests.Documents;

public sealed class StoredFilesTests(PortalServices services) : DatabaseTest(services)
{
    [Theory]
    [InlineData("", "", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("a", "a", "a0000000-0000-0000-0000-000000000000", "afffffff-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("0123456789", "01234567-89", "01234567-8900-0000-0000-000000000000", "01234567-89ff-ffff-ffff-ffffffffffff")]
    public void A_range_knows_its_first_and_last_name_and_what_its_blobs_begin_with(string digits, string prefix, string first, string last)
    {
        var range = new NameRange(digits);
        Assert.Equal((prefix, Guid.Parse(first), Guid.Parse(last)), (range.BlobPrefix, range.First, range.Last));
    }

    [Fact]
    public void Parts_cover_a_range_in_order_and_what_lies_before_is_passed_over()
    {
        var parts = new NameRange("a").Parts.ToList();
        Assert.Equal(16, parts.Count);
        Assert.Equal(new NameRange("a").First, parts[0].First);
        Assert.Equal(new NameRange("a").Last, parts[^1].Last);
        Assert.Equal(["a0", "a1", "a2"], parts.Where(part => part.LiesBefore("a3")).Select(part => part.Digits));
        Assert.False(new NameRange("a").LiesBefore("a3"));
    }

    /// <summary>Merged from the tables' own indexes in the order of names: a page costs the same however many rows there are.</summary>
    [Fact]
    public async Task A_page_is_merged_from_indexes_and_sorts_nothing()
    {
        await using var connection = await Database.OpenAsync(Cancel);
        await connection.ExecuteAsync("set enable_seqscan = off; set enable_bitmapscan = off");
        var plan = string.Join('\n', await connection.QueryAsync<string>(
            """
            explain select id, size, sha256, quarantined from stored_files
            where id between '10000000-0000-0000-0000-000000000000' and '1fffffff-ffff-ffff-ffff-ffffffffffff' and id > '00000000-0000-0000-0000-000000000000'
            order by id limit 8193
            """));
        Assert.Contains("Merge Append", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort  ", plan, StringComparison.Ordinal);
    }
}
