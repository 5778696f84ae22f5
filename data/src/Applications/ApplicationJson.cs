using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;

namespace GrantPortal.Data.Applications;

/// <summary>
/// How answers and contents stand in jsonb columns: camelCase names, enums in kebab case, yen as numbers, dates as yyyy-MM-dd. Whatever holds an
/// account number is written and read by <see cref="Protection"/> (<c>connection.Protection()</c>); here it is refused.
/// </summary>
public static class ApplicationJson
{
    private static readonly Dictionary<Type, string[]> AccountNumbers = new()
    {
        [typeof(AccountAnswers)] = ["number", "symbol", "yuchoNumber"],
        [typeof(BankAccount)] = ["number", "symbol", "yuchoNumber"],
    };

    public static JsonSerializerOptions Options { get; } = With(new Refusing());

    /// <param name="accountNumbers">How account numbers are written and read.</param>
    internal static JsonSerializerOptions With(JsonConverter<string> accountNumbers) => new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver
        {
            Modifiers =
            {
                type =>
                {
                    if (AccountNumbers.TryGetValue(type.Type, out var names))
                        foreach (var property in type.Properties.Where(p => names.Contains(p.Name))) property.CustomConverter = accountNumbers;
                },
            },
        },
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        IgnoreReadOnlyProperties = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false), new YenConverter() },
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException($"null is no {typeof(T).Name}.");

    private sealed class Refusing : JsonConverter<string>
    {
        private const string Why = "Account numbers are written and read by the connection's Protection().";

        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new InvalidOperationException(Why);

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => throw new InvalidOperationException(Why);
    }

    private sealed class YenConverter : JsonConverter<Yen>
    {
        public override Yen Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, Yen value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Amount);
    }
}
