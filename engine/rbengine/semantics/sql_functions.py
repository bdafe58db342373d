"""PostgreSQL's functions that a statement may call, because none of them acts on anything.

A read-only transaction is no guard: it still ends other people's sessions. So what is not on a list is refused. A test
compares both lists with the catalogue of a real server.
"""

_IMMUTABLE_NAMES = """
abbrev abs acldefault acos acosd acosh any_value area array_agg array_append array_cat
array_dims array_fill array_length array_lower array_ndims array_position array_positions
array_prepend array_remove array_replace array_reverse array_sort array_to_tsvector
array_upper ascii asin asind asinh atan atan2 atan2d atand atanh avg bit bit_and bit_count
bit_length bit_or bit_xor bool bool_and bool_or bound_box box bpchar broadcast btrim bytea
cardinality casefold cbrt ceil ceiling center char char_length character_length chr circle
corr cos cosd cosh cot cotd count covar_pop covar_samp crc32 crc32c cume_dist date_bin
date_cmp_timestamp datemultirange daterange decode degrees dense_rank diagonal diameter div
encode erf erfc every exp factorial family first_value float4 float8 floor gamma gcd
generate_subscripts get_bit get_byte gin_cmp_tslexeme height host hostmask inet_merge
inet_same_family initcap int2 int4 int4inc int4range int8 int8multirange int8range interval
is_normalized isclosed isempty isfinite ishorizontal isopen isparallel isperp isvertical
json_array_elements json_array_elements_text json_array_length json_each json_each_text
json_extract_path json_extract_path_text json_object json_object_keys json_strip_nulls
json_typeof jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_each
jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object
jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique
jsonb_object_agg_unique_strict jsonb_object_keys jsonb_path_exists jsonb_path_match
jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_pretty jsonb_set
jsonb_set_lax jsonb_strip_nulls jsonb_typeof justify_days justify_hours justify_interval lag
last_value lcm lead left lgamma like line ln log log10 lower lower_inf lpad lseg ltrim
macaddr8_set7bit make_date make_interval make_time make_timestamp masklen max md5 min
min_scale mod mode multirange name netmask network normalize npoints nth_value ntile
num_nonnulls num_nulls nummultirange numnode numrange octet_length overlay parse_ident
pclose percent_rank percentile_cont percentile_disc pg_encoding_max_length pg_size_bytes
pg_size_pretty pg_snapshot_xip pg_snapshot_xmax pg_snapshot_xmin pg_visible_in_snapshot pi
point polygon popen position pow power querytree quote_ident radians radius range_agg
range_intersect_agg range_merge rank regexp_count regexp_instr regexp_like regexp_match
regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr
regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
repeat replace reverse right round row_number rpad rtrim scale set_bit set_byte set_masklen
setweight sha224 sha256 sha384 sha512 sign sin sind sinh slope split_part sqrt starts_with
stddev stddev_pop stddev_samp string_agg string_to_array string_to_table strip strpos substr
substring sum tan tand tanh text to_ascii to_bin to_hex to_oct translate trim_array
trim_scale trunc ts_delete ts_filter ts_lexize ts_rank ts_rank_cd tsmultirange
tsquery_phrase tsrange tstzmultirange tstzrange tsvector_to_array txid_snapshot_xip
txid_snapshot_xmax txid_snapshot_xmin txid_visible_in_snapshot unicode_assigned
unicode_version unistr unnest upper upper_inf uuid_extract_timestamp uuid_extract_version
var_pop var_samp varchar variance width width_bucket xpath xpath_exists
"""
IMMUTABLE = frozenset(_IMMUTABLE_NAMES.split())
"""Same arguments, same answer: every form of the name is IMMUTABLE in the catalogue."""

_READING_NAMES = """
age array_to_json array_to_string clock_timestamp col_description concat concat_ws convert
convert_from convert_to current_database current_schema current_schemas current_setting date
date_add date_part date_subtract date_trunc enum_first enum_last enum_range extract format
format_type generate_series has_column_privilege has_database_privilege
has_function_privilege has_schema_privilege has_sequence_privilege has_table_privilege
json_agg json_agg_strict json_build_array json_build_object json_object_agg
json_object_agg_strict json_populate_record json_populate_recordset json_to_record
json_to_recordset jsonb_agg jsonb_agg_strict jsonb_build_array jsonb_build_object
jsonb_object_agg jsonb_object_agg_strict jsonb_path_exists_tz jsonb_path_match_tz
jsonb_path_query_array_tz jsonb_path_query_first_tz jsonb_path_query_tz
jsonb_populate_record jsonb_populate_recordset jsonb_to_record jsonb_to_recordset length
make_timestamptz now numeric obj_description overlaps pg_backend_pid pg_column_size
pg_conf_load_time pg_database_size pg_encoding_to_char pg_get_constraintdef pg_get_expr
pg_get_functiondef pg_get_indexdef pg_get_ruledef pg_get_triggerdef pg_get_userbyid
pg_get_viewdef pg_has_role pg_indexes_size pg_is_in_recovery pg_postmaster_start_time
pg_relation_size pg_table_size pg_tablespace_size pg_timezone_names pg_total_relation_size
pg_typeof phraseto_tsquery plainto_tsquery quote_literal quote_nullable row_security_active
row_to_json statement_timestamp time timeofday timestamp timestamptz timetz timezone to_char
to_date to_json to_jsonb to_number to_regclass to_regnamespace to_regtype to_timestamp
to_tsquery to_tsvector transaction_timestamp ts_headline txid_current_if_assigned version
websearch_to_tsquery
"""
READING = frozenset(_READING_NAMES.split())
"""They read the clock, settings or the catalogue and change nothing; reviewed one by one."""

NEEDS_OPERATION = {
    "pg_cancel_backend": "postgres.cancel",
    "pg_terminate_backend": "postgres.terminate",
    "schedule": "cron.schedule",
    "schedule_in_database": "cron.schedule",
    "unschedule": "cron.unschedule",
    "alter_job": "cron.schedule",
    "http_post": "supabase.invoke",
    "http_get": "supabase.invoke",
    "http_delete": "supabase.invoke",
}
"""What acts outside its own transaction, and the operation that does it with a plan, a key and a record."""

_SYNTAX_NAMES = """
exclude include insert all and any array as between by case cast check coalesce collate conflict constraint
cube current_date current_time current_timestamp cycle default distinct do else end except exists extract
filter foreign from generated greatest group grouping having identity ilike in intersect into is isnull join
json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize
json_table json_value key lateral least like limit localtime localtimestamp materialized normalize not notnull
null nullif of offset on only operator or order overlay over partition position primary range recursive
references returning rollup row rows select set sets similar some substring symmetric table tablesample then
to treat trim union unique update using values varying when where window with within xmlelement xmlforest
merge_action
"""
SYNTAX = frozenset(_SYNTAX_NAMES.split())
"""Words that stand before a bracket without naming a function, or name one that the grammar itself provides."""

_KEY_WORDS_NAMES = """
abort absent absolute access action add admin after aggregate all also alter always analyse analyze
and any array as asc asensitive assertion assignment asymmetric at atomic attach attribute
authorization backward before begin between bigint binary bit boolean both breadth by cache call
called cascade cascaded case cast catalog chain char character characteristics check checkpoint
class close cluster coalesce collate collation column columns comment comments commit committed
compression concurrently conditional configuration conflict connection constraint constraints
content continue conversion copy cost create cross csv cube current current_catalog current_date
current_role current_schema current_time current_timestamp current_user cursor cycle data database
day deallocate dec decimal declare default defaults deferrable deferred definer delete delimiter
delimiters depends depth desc detach dictionary disable discard distinct do document domain double
drop each else empty enable encoding encrypted end enforced enum error escape event except exclude
excluding exclusive execute exists explain expression extension external extract false family fetch
filter finalize first float following for force foreign format forward freeze from full function
functions generated global grant granted greatest group grouping groups handler having header hold
hour identity if ilike immediate immutable implicit import in include including increment indent
index indexes inherit inherits initially inline inner inout input insensitive insert instead int
integer intersect interval into invoker is isnull isolation join json json_array json_arrayagg
json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value
keep key keys label language large last lateral leading leakproof least left level like limit listen
load local localtime localtimestamp location lock locked logged mapping match matched materialized
maxvalue merge merge_action method minute minvalue mode month move name names national natural nchar
nested new next nfc nfd nfkc nfkd no none normalize normalized not nothing notify notnull nowait
null nullif nulls numeric object objects of off offset oids old omit on only operator option options
or order ordinality others out outer over overlaps overlay overriding owned owner parallel parameter
parser partial partition passing password path period placing plan plans policy position preceding
precision prepare prepared preserve primary prior privileges procedural procedure procedures program
publication quote quotes range read real reassign recursive ref references referencing refresh
reindex relative release rename repeatable replace replica reset restart restrict return returning
returns revoke right role rollback rollup routine routines row rows rule savepoint scalar schema
schemas scroll search second security select sequence sequences serializable server session
session_user set setof sets share show similar simple skip smallint snapshot some source sql stable
standalone start statement statistics stdin stdout storage stored strict string strip subscription
substring support symmetric sysid system system_user table tables tablesample tablespace target temp
template temporary text then ties time timestamp to trailing transaction transform treat trigger
trim true truncate trusted type types uescape unbounded uncommitted unconditional unencrypted union
unique unknown unlisten unlogged until update user using vacuum valid validate validator value
values varchar variadic varying verbose version view views virtual volatile when where whitespace
window with within without work wrapper write xml xmlattributes xmlconcat xmlelement xmlexists
xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable year yes zone
"""
KEY_WORDS = frozenset(_KEY_WORDS_NAMES.split())
"""PostgreSQL's key words, reserved or not. A name that follows another name, and no key word, is an alias."""
