module github.com/zwgk/statable

go 1.26.0

require (
	github.com/extrame/xls v0.0.2-0.20200426124601-4a6cf263071b
	github.com/google/go-cmp v0.7.0
	github.com/richardlehane/mscfb v1.0.9
	github.com/xuri/excelize/v2 v2.11.0
	golang.org/x/net v0.62.0
	golang.org/x/text v0.43.0
)

require (
	github.com/extrame/goyymmdd v0.0.0-20210114090516-7cc815f00d1a // indirect
	github.com/extrame/ole2 v0.0.0-20160812065207-d69429661ad7 // indirect
	github.com/richardlehane/msoleps v1.0.6 // indirect
	github.com/tealeg/xlsx v1.0.5 // indirect
	github.com/tiendc/go-deepcopy v1.7.2 // indirect
	github.com/xuri/efp v0.0.1 // indirect
	github.com/xuri/nfp v0.0.2-0.20250530014748-2ddeb826f9a9 // indirect
	golang.org/x/crypto v0.58.0 // indirect
)
