{{ config(materialized='table') }}
select id, customer, cast(amount as decimal(10,2)) as amount, placed from {{ ref('raw_orders') }}
