using GrantPortal.Data.Reviews;

namespace GrantPortal.Data.Tests.Reviews;

public sealed class QueueSearchTests
{
    [Theory]
    [InlineData("R8K-0000123-4", QueueField.ReceiptNumber, "R8K-0000123-4")]
    [InlineData("r8k00001234", QueueField.ReceiptNumber, "R8K-0000123-4")]
    [InlineData("Ｒ８Ｋ－０００", QueueField.ReceiptNumber, "R8K-000")]
    [InlineData("R10I-0000001", QueueField.ReceiptNumber, "R10I-0000001")]
    [InlineData("R8K", QueueField.ReceiptNumber, "R8K")]
    [InlineData("1370101238", QueueField.Number, "1370101238")]
    [InlineData("１３７０", QueueField.Number, "1370")]
    [InlineData("13-7010", QueueField.Number, "137010")]
    [InlineData("13A0101238", QueueField.Number, "13A0101238")]
    [InlineData("ひまわり", QueueField.Name, "ひまわり")]
    [InlineData("  見本　病院 ", QueueField.Name, "見本 病院")]
    [InlineData("13", QueueField.Name, "13")]
    [InlineData("RK介護", QueueField.Name, "RK介護")]
    [InlineData("R8Kケア", QueueField.Name, "R8Kケア")]
    [InlineData("%", QueueField.Name, "%")]
    public void What_is_typed_is_told_apart_by_its_form(string typed, QueueField field, string text) => Assert.Equal(new QueueSearch(field, text), QueueSearch.Parse(typed));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" 　")]
    public void Nothing_searches_nothing(string? typed) => Assert.Null(QueueSearch.Parse(typed));
}
